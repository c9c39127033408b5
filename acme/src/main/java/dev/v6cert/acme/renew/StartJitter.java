package dev.v6cert.acme.renew;

/** A wait before work, so that not every machine asks its authority in the same second. */
@FunctionalInterface
public interface StartJitter {

  /** None. */
  StartJitter NONE = () -> {};

  /** Waits. */
  void take() throws InterruptedException;
}
