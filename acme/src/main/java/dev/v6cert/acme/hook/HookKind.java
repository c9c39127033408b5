package dev.v6cert.acme.hook;

import java.util.Locale;

/** The moment at which a hook runs. */
public enum HookKind {
  /** Before an order is placed; where it fails, none is placed. */
  PRE,
  /** After a new certificate is live, until it has succeeded once. */
  DEPLOY,
  /** After a pre hook or an order, whatever came of it. */
  POST,
  /** After a renewal has failed, or a deploy hook. */
  FAILURE;

  /** The word for it in options and files: {@code pre}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
