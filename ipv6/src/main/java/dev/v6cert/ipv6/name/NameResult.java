package dev.v6cert.ipv6.name;

import java.util.List;
import java.util.Optional;

/** The result of writing an address as a name. */
public sealed interface NameResult {

  /** The form that was used, or asked for. */
  NameForm form();

  /**
   * A name that a certificate authority takes and that means one address at every magic DNS server.
   *
   * @param form the form it is written in
   * @param name the name
   * @param note why the form is not the default one, where it was chosen for safety
   */
  record Safe(NameForm form, HostName name, Optional<String> note) implements NameResult {}

  /**
   * No safe name in this form.
   *
   * @param form the form that was asked for, or the last one tried
   * @param name the unsafe name, empty where the text is no DNS name at all
   * @param reasons what is wrong with it, at least one
   */
  record Unsafe(NameForm form, Optional<HostName> name, List<String> reasons)
      implements NameResult {}
}
