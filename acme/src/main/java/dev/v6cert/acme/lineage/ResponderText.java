package dev.v6cert.acme.lineage;

import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.dns.TxtPlace;
import dev.v6cert.acme.challenge.dns.TxtPlan;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The {@link ResponderPlan} in a {@link LineageFile}. */
final class ResponderText {

  static final String CHALLENGE = "responder.challenge";
  static final String WEBROOT = "responder.webroot";
  static final String ADDRESS = "responder.address";
  static final String PORT = "responder.port";
  static final String OPEN_PORT = "responder.open-port";
  static final String MAPPED = "responder.mapped";

  private static final String OPEN_FIREWALL = "responder.open-firewall";
  private static final String FLEXIBLE = "responder.flexible";
  private static final String TXT_CHALLENGE = "txt.challenge";
  private static final String TXT = "txt.by";
  private static final String TXT_ADDRESS = "txt.address";
  private static final String HERE = "here";
  private static final String HOOK = "hook";
  private static final String TXT_HOOK = "txt.hook";
  private static final String TXT_LIMIT = "txt.hook-limit";
  private static final String TXT_PROPAGATION_LIMIT = "txt.patience";
  private static final String UPDATE = "update";
  private static final String ACME_DNS = "acme-dns";
  private static final String BY_OWNER = "owner";
  private static final String TXT_SERVER = "txt.server";
  private static final String TXT_PORT = "txt.port";
  private static final String TXT_KEY = "txt.key-file";

  private ResponderText() {}

  static void put(Map<String, String> values, ResponderPlan responder) {
    values.put(CHALLENGE, responder.challenge().id());
    values.put(PORT, Integer.toString(responder.port()));
    responder.webroot().ifPresent(directory -> values.put(WEBROOT, directory.toString()));
    responder.address().ifPresent(literal -> values.put(ADDRESS, literal.getHostAddress()));
    putIf(responder.openings().router(), values, OPEN_PORT);
    putIf(responder.mapped(), values, MAPPED);
    putIf(responder.openings().firewall(), values, OPEN_FIREWALL);
    putIf(responder.flexible(), values, FLEXIBLE);
    if (isOtherThanDns01(responder)) {
      values.put(TXT_CHALLENGE, responder.challengeOfNames().id());
    }
    responder.txt().ifPresent(txt -> put(values, txt.place()));
  }

  /** Whether TXT records prove the names by a challenge that formats before 6 do not know. */
  static boolean isOtherThanDns01(ResponderPlan responder) {
    return responder.txt().filter(txt -> txt.challenge() != ChallengeType.DNS_01).isPresent();
  }

  static void putIf(boolean holds, Map<String, String> values, String key) {
    if (holds) {
      values.put(key, "true");
    }
  }

  private static void put(Map<String, String> values, TxtPlace place) {
    switch (place) {
      case TxtPlace.Here here -> {
        values.put(TXT, HERE);
        here.address().ifPresent(literal -> values.put(TXT_ADDRESS, literal.getHostAddress()));
      }
      case TxtPlace.Hook hook -> {
        values.put(TXT, HOOK);
        values.put(TXT_HOOK, hook.command());
        values.put(TXT_LIMIT, hook.limit().toString());
        values.put(TXT_PROPAGATION_LIMIT, hook.propagationLimit().toString());
      }
      case TxtPlace.Update update -> {
        values.put(TXT, UPDATE);
        values.put(TXT_SERVER, update.host());
        values.put(TXT_PORT, Integer.toString(update.port()));
        values.put(TXT_KEY, update.keyFile().toString());
        values.put(TXT_PROPAGATION_LIMIT, update.propagationLimit().toString());
      }
      case TxtPlace.ByOwner() -> values.put(TXT, BY_OWNER);
      case TxtPlace.AcmeDns acmeDns -> {
        values.put(TXT, ACME_DNS);
        values.put(TXT_SERVER, acmeDns.server().toString());
        values.put(TXT_PROPAGATION_LIMIT, acmeDns.propagationLimit().toString());
      }
    }
  }

  static ResponderPlan read(Map<String, String> values) {
    ChallengeType challenge =
        ChallengeType.of(values.getOrDefault(CHALLENGE, ChallengeType.HTTP_01.id())).orElseThrow();
    String port = values.get(PORT);
    return new ResponderPlan(
        challenge,
        Optional.ofNullable(values.get(WEBROOT)).map(Path::of),
        Optional.ofNullable(values.get(ADDRESS)).map(InetAddress::ofLiteral),
        port == null ? challenge.port() : Integer.parseInt(port),
        values.containsKey(FLEXIBLE),
        new ResponderPlan.Openings(
            values.containsKey(OPEN_PORT),
            values.containsKey(MAPPED),
            values.containsKey(OPEN_FIREWALL)),
        Optional.ofNullable(values.get(TXT))
            .map(by -> new TxtPlan(txtChallenge(values), place(by, values))));
  }

  private static ChallengeType txtChallenge(Map<String, String> values) {
    String id = values.getOrDefault(TXT_CHALLENGE, ChallengeType.DNS_01.id());
    return ChallengeType.of(id)
        .filter(ChallengeType::isByTxt)
        .orElseThrow(
            () -> new IllegalArgumentException("\"" + id + "\" is not a challenge by TXT records"));
  }

  private static TxtPlace place(String by, Map<String, String> values) {
    return switch (by) {
      case HERE ->
          new TxtPlace.Here(
              Optional.ofNullable(values.get(TXT_ADDRESS)).map(InetAddress::ofLiteral));
      case HOOK ->
          new TxtPlace.Hook(
              values.getOrDefault(TXT_HOOK, ""),
              Duration.parse(values.getOrDefault(TXT_LIMIT, "")),
              Duration.parse(values.getOrDefault(TXT_PROPAGATION_LIMIT, "")));
      case UPDATE ->
          new TxtPlace.Update(
              values.getOrDefault(TXT_SERVER, ""),
              Integer.parseInt(values.getOrDefault(TXT_PORT, "")),
              Path.of(values.getOrDefault(TXT_KEY, "")),
              Duration.parse(values.getOrDefault(TXT_PROPAGATION_LIMIT, "")));
      case ACME_DNS ->
          new TxtPlace.AcmeDns(
              URI.create(values.getOrDefault(TXT_SERVER, "")),
              Duration.parse(values.getOrDefault(TXT_PROPAGATION_LIMIT, "")));
      case BY_OWNER -> new TxtPlace.ByOwner();
      default -> throw new IllegalArgumentException("\"" + by + "\" is not a place of TXT records");
    };
  }
}
