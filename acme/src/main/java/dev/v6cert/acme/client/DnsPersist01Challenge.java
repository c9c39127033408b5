package dev.v6cert.acme.client;

import dev.v6cert.acme.challenge.PendingChallenge;
import java.io.Serial;
import java.net.URI;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.provider.ChallengeProvider;
import org.shredzone.acme4j.provider.ChallengeType;
import org.shredzone.acme4j.toolbox.JSON;

/** DNS-PERSIST-01 (draft-ietf-acme-dns-persist-01), which acme4j 4.0 does not know. */
public final class DnsPersist01Challenge extends Challenge {

  @Serial private static final long serialVersionUID = 1L;

  private static final String TYPE = "dns-persist-01";

  private DnsPersist01Challenge(Login login, JSON data) {
    super(login, data);
  }

  /** The terms of a record; asks the authority where they are not known yet. */
  public PendingChallenge.Terms terms() {
    return new PendingChallenge.Terms(
        getJSON().get("accounturi").map(JSON.Value::asString).map(URI::create),
        getJSON().get("issuer-domain-names").asArray().stream().map(JSON.Value::asString).toList());
  }

  /** Makes them for acme4j, which finds it as a service. */
  @ChallengeType(TYPE)
  public static final class Provider implements ChallengeProvider {
    @Override
    public Challenge create(Login login, JSON data) {
      return new DnsPersist01Challenge(login, data);
    }
  }
}
