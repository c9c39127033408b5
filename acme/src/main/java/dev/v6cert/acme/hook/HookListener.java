package dev.v6cert.acme.hook;

import dev.v6cert.acme.verify.Endpoint;

/** Hears of a deployment while it goes on. */
public interface HookListener {

  /** Hears nothing. */
  HookListener NONE =
      new HookListener() {
        @Override
        public void started(HookKind kind) {}

        @Override
        public void ended(HookResult result) {}

        @Override
        public void verifying(Endpoint endpoint) {}

        @Override
        public void verified(Endpoint endpoint) {}
      };

  /** A hook is about to be run. */
  void started(HookKind kind);

  /** It has ended, one way or the other. */
  void ended(HookResult result);

  /** A server is about to be asked for its certificate. */
  void verifying(Endpoint endpoint);

  /** It shows the new one. */
  void verified(Endpoint endpoint);
}
