package dev.v6cert.testing;

import dev.v6cert.testing.FakeAuthority.Answer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/** The one order of a {@link FakeAuthority}: for one subject, validated by being asked to. */
public final class FakeOrder {

  private final String base;
  private final Supplier<Instant> clock;
  private final TestAuthority authority = new TestAuthority("the fake");
  private UnaryOperator<List<X509Certificate>> tampering = UnaryOperator.identity();
  private Duration lifetime = Duration.ofDays(90);
  private String metadata = "{\"termsOfService\":\"https://ca.test/terms\"}";
  private String retryAfter = "0";
  private boolean advising;
  private int pendingLooks;
  private boolean stuck;
  private String error = "";

  private String identifier = "";
  private String status = "pending";
  private boolean triggered;
  private int looks;
  private List<X509Certificate> chain = List.of();
  private Copying copying = Copying.NOTHING;
  private String copy = "";

  FakeOrder(String base, Supplier<Instant> clock) {
    this.base = base;
    this.clock = clock;
  }

  /** The faults of a certificate. */
  public enum Copying {
    /** Its key and its names. */
    NOTHING,
    /** The subject and the extension with the names, too. */
    SUBJECT_AND_NAMES,
    /** The same, but the extension is never critical. */
    SUBJECT_AND_NAMES_UNCRITICAL
  }

  /** Has it sign as some CAs do, which copy what they are asked for. */
  public void copying(Copying what) {
    copying = what;
  }

  /** Changes the chain that is handed out. */
  public void tampering(UnaryOperator<List<X509Certificate>> change) {
    tampering = change;
  }

  /** The directory's {@code meta}, JSON. */
  public void metadata(String json) {
    metadata = json;
  }

  /** Makes it offer renewal information at {@code /renewal-info/…}; what it says is for a test. */
  public void advising() {
    advising = true;
  }

  /** The lifetime of its certificate. */
  public void lifetime(Duration duration) {
    lifetime = duration;
  }

  /** The number of answers in which the authorization is still pending, and their Retry-After. */
  public void pending(int times, String header) {
    pendingLooks = times;
    retryAfter = header;
  }

  /** Whether it is worked on for ever once it was finalized. */
  public void stuck(boolean forEver) {
    stuck = forEver;
  }

  /** Ends what it was stuck with. */
  public synchronized void finish() {
    stuck = false;
    status = "valid";
  }

  /** The problem that its validation ends with, JSON. */
  public void failing(String problem) {
    error = problem;
  }

  /** The authority that signs. */
  public TestAuthority authority() {
    return authority;
  }

  synchronized Answer answer(String resource, String payload) throws Exception {
    return switch (resource) {
      case "/directory" -> Answer.json(200, directory());
      case "/new-nonce" -> new Answer(200, Map.of(), "");
      case "/new-account" ->
          created(
              payload.contains("onlyReturnExisting") ? 200 : 201,
              "/account/1",
              "{\"status\":\"valid\"}");
      case "/new-order" -> {
        identifier = identifier(payload);
        status = "pending";
        triggered = false;
        looks = 0;
        yield created(201, "/order/1", order());
      }
      case "/order/1" -> Answer.json(200, order());
      case "/authz/1" -> authorization();
      case "/challenge/1" -> {
        triggered = true;
        yield Answer.json(200, challenge());
      }
      case "/finalize/1" -> {
        sign(payload);
        status = stuck ? "processing" : "valid";
        yield Answer.json(200, order());
      }
      case "/certificate/1" ->
          new Answer(200, Map.of("Content-Type", "application/pem-certificate-chain"), pem());
      default -> Answer.problem(404, "malformed", Map.of());
    };
  }

  private Answer created(int code, String location, String body) {
    return new Answer(
        code, Map.of("Location", base + location, "Content-Type", "application/json"), body);
  }

  private String directory() {
    return """
    {"newNonce":"%1$s/new-nonce","newAccount":"%1$s/new-account","newOrder":"%1$s/new-order",\
    %3$s"meta":%2$s}\
    """
        .formatted(
            base, metadata, advising ? "\"renewalInfo\":\"" + base + "/renewal-info\"," : "");
  }

  private static String identifier(String payload) throws JoseException {
    Object list = Objects.requireNonNull(JsonUtil.parseJson(payload).get("identifiers"));
    Object first = ((List<?>) list).getFirst();
    Map<?, ?> identifier = (Map<?, ?>) first;
    return "{\"type\":\"%s\",\"value\":\"%s\"}"
        .formatted(identifier.get("type"), identifier.get("value"));
  }

  private String order() {
    String certificate =
        status.equals("valid") ? ",\"certificate\":\"" + base + "/certificate/1\"" : "";
    return """
    {"status":"%2$s","identifiers":[%3$s],"authorizations":["%1$s/authz/1"],\
    "finalize":"%1$s/finalize/1"%4$s}\
    """
        .formatted(base, status, identifier, certificate);
  }

  private Answer authorization() {
    String state = "pending";
    if (triggered && looks++ >= pendingLooks) {
      state = error.isEmpty() ? "valid" : "invalid";
      status = error.isEmpty() ? (status.equals("pending") ? "ready" : status) : "invalid";
    }
    String body =
        "{\"status\":\"%s\",\"identifier\":%s,\"challenges\":[%s]}"
            .formatted(state, identifier, challenge());
    return new Answer(
        200, Map.of("Content-Type", "application/json", "Retry-After", retryAfter), body);
  }

  private String challenge() {
    String state = status.equals("invalid") ? "invalid\",\"error\":" + error : "pending\"";
    return """
    {"type":"http-01","url":"%s/challenge/1","token":"dG9rZW4","status":"%s}\
    """
        .formatted(base, state);
  }

  private void sign(String payload) throws JoseException, IOException, GeneralSecurityException {
    byte[] der = Base64.getUrlDecoder().decode(JsonUtil.parseJson(payload).get("csr") + "");
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
    PublicKey key = new JcaPKCS10CertificationRequest(der).getPublicKey();
    GeneralNames names =
        GeneralNames.fromExtensions(
            request.getRequestedExtensions(), Extension.subjectAlternativeName);
    List<GeneralName> subjects = List.of(names.getNames());
    chain =
        tampering.apply(
            List.of(authority.leaf(key, subjects, clock.get(), lifetime), authority.root()));
    copy = authority.copy(request, copying == Copying.SUBJECT_AND_NAMES, lifetime);
  }

  private String pem() {
    if (copying != Copying.NOTHING) {
      return copy + TestAuthority.pem(authority.root());
    }
    List<String> blocks = new ArrayList<>();
    chain.forEach(certificate -> blocks.add(TestAuthority.pem(certificate)));
    return String.join("", blocks);
  }
}
