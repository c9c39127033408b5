package dev.v6cert.cli.progress;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.cli.terminal.Steps;
import dev.v6cert.cli.terminal.TimeText;

/**
 * Shows how an issuance goes.
 *
 * @param console where
 * @param authority what the CA is called
 */
public record IssuanceProgress(Console console, String authority)
    implements IssuanceEvent.Listener {

  /** The progress of an issuance by the authority. */
  public static IssuanceProgress of(Console console, CertificateAuthority authority) {
    return new IssuanceProgress(console, name(authority));
  }

  /** The name of the authority for people: its short name, or its host. */
  public static String name(CertificateAuthority authority) {
    return authority.id().contains("://") ? authority.directory().getAuthority() : authority.id();
  }

  @Override
  public void on(IssuanceEvent event) {
    Steps steps = console.steps();
    switch (event) {
      case IssuanceEvent.DirectoryRead _ ->
          steps.begin("looking for the account with " + authority);
      case IssuanceEvent.ClockSkewed skewed ->
          console.warn(
              "this machine's clock is "
                  + TimeText.of(skewed.ahead().abs())
                  + (skewed.ahead().isNegative() ? " behind" : " ahead of")
                  + " the CA's");
      case IssuanceEvent.AccountFound _ -> steps.done("account with " + authority);
      case IssuanceEvent.AccountCreated _ -> steps.done("new account with " + authority);
      case IssuanceEvent.ProfileChosen chosen ->
          steps.note("an address is certified in the profile " + chosen.profile());
      case IssuanceEvent.ReplacementRefused refused ->
          steps.note(
              "the CA does not accept it as a renewal (" + refused.reason() + "); ordering anew");
      case IssuanceEvent.OrderCreated _ -> steps.done("order placed");
      case IssuanceEvent.OrderResumed _ -> steps.done("order of an earlier run continued");
      case IssuanceEvent.ChallengePresented presented -> presented(presented);
      case IssuanceEvent.Asked asked -> steps.note(text(asked.request()));
      case IssuanceEvent.AuthorizationValid valid ->
          steps.done(valid.subject() + (valid.reused() ? " was validated before" : " validated"));
      case IssuanceEvent.KeyReplaced _ ->
          console.warn("the CA refuses the key of the last certificate; a new one takes its place");
      case IssuanceEvent.Finalized _ -> steps.begin("waiting for the certificate");
      case IssuanceEvent.ChainNotOffered missing ->
          console.warn(
              "the CA has no chain to \""
                  + missing.preferred()
                  + "\"; it has "
                  + String.join(", ", missing.offered())
                  + "; its default chain is used");
      case IssuanceEvent.Downloaded downloaded ->
          steps.done("certificate valid until " + TimeText.of(downloaded.notAfter()));
      case IssuanceEvent.Committed committed -> steps.done("installed in " + committed.live());
      case IssuanceEvent.Retrying retrying ->
          steps.note(retrying.reason() + "; again in " + TimeText.of(retrying.pause()));
    }
  }

  private void presented(IssuanceEvent.ChallengePresented presented) {
    if (presented.target() instanceof ValidationTarget.TxtRecord(boolean here) && !here) {
      return; // The hook that published it was told of.
    }
    console
        .steps()
        .begin(
            "answering for "
                + presented.subject()
                + (presented.addresses().isEmpty()
                    ? " through the web server"
                    : " on " + SocketText.of(presented.addresses())));
  }

  private static String text(ChallengeRequest request) {
    if (request.isByDns()) {
      return query(request);
    }
    boolean tls = request.method().equals("TLS");
    String what =
        switch (request.answer()) {
          case KEY_AUTHORIZATION ->
              tls ? "asked by TLS: answered" : "asked for our token: answered";
          case UNKNOWN_TOKEN ->
              tls ? "asked by TLS for " + request.path() : "asked for a token that is not ours";
          case OTHER_PATH -> tls ? "spoke TLS, but not ACME's" : "asked for " + request.path();
          case METHOD_REFUSED -> "sent " + request.method() + " " + request.path();
        };
    return SocketText.of(request.from()) + " " + what;
  }

  private static String query(ChallengeRequest request) {
    return SocketText.of(request.from())
        + " asked by "
        + (request.method().equals(ChallengeRequest.DNS_BY_TCP) ? "TCP" : "UDP")
        + " for "
        + request.path()
        + (request.answer() == ChallengeRequest.Answer.KEY_AUTHORIZATION ? ": answered" : "");
  }
}
