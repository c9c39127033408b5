package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.testing.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;

/** A client that can misbehave: each step by hand, each header as the test wants it. */
final class AcmePeer {

  /** An answer. */
  record Answer(HttpResponse<String> response, Map<String, Object> json) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    String text(String field) {
      return String.valueOf(json.get(field));
    }

    /** The last part of the type of a problem. */
    String problem() {
      String type = text("type");
      return type.substring(type.lastIndexOf(':') + 1);
    }

    String location() {
      return response.headers().firstValue("Location").orElseThrow();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> map(String field) {
      return (Map<String, Object>) Objects.requireNonNull(json.get(field), this::toString);
    }

    @SuppressWarnings("unchecked")
    List<String> urls(String field) {
      return (List<String>) Objects.requireNonNull(json.get(field), this::toString);
    }

    @Override
    public String toString() {
      return status() + " " + response.body();
    }
  }

  private static final Duration LIMIT = Duration.ofSeconds(20);

  final String base;
  final PublicJsonWebKey key;
  Optional<String> account = Optional.empty();
  private final HttpClient client;
  private String nonce = "";

  AcmePeer(String base, X509Certificate root) throws Exception {
    this(base, root, EcJwkGenerator.generateJwk(EllipticCurves.P256));
  }

  private AcmePeer(String base, X509Certificate root, PublicJsonWebKey key) throws Exception {
    this.base = base;
    this.key = key;
    this.client = client(root);
  }

  /** The same account at another address of the server, with the last nonce of the old one. */
  AcmePeer moved(String to, X509Certificate root) throws Exception {
    AcmePeer moved = new AcmePeer(to, root, key);
    moved.account = account.map(url -> url.replace(base, to));
    moved.nonce = nonce;
    return moved;
  }

  /** Trust in one root. */
  static TrustManager[] trust(X509Certificate root) throws Exception {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    roots.setCertificateEntry("root", root);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    return trust.getTrustManagers();
  }

  private static HttpClient client(X509Certificate root) throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust(root), null);
    return HttpClient.newBuilder()
        .sslContext(tls)
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(LIMIT)
        .build();
  }

  String url(String resource) {
    return base + "/acme/" + resource;
  }

  /** Sends a request as it is. */
  Answer send(String method, String url, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    request.header("Content-Type", "application/jose+json");
    request.method(method, HttpRequest.BodyPublishers.ofString(body));
    return send(request.build());
  }

  Answer send(HttpRequest request) throws Exception {
    HttpResponse<String> response =
        client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    response.headers().firstValue("Replay-Nonce").ifPresent(next -> nonce = next);
    Map<String, Object> json =
        response.body().startsWith("{") ? JsonUtil.parseJson(response.body()) : Map.of();
    return new Answer(response, json);
  }

  Answer get(String resource) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url(resource))).timeout(LIMIT).build());
  }

  String nextNonce() throws Exception {
    if (nonce.isEmpty()) {
      Answer _ = get("new-nonce");
    }
    String next = nonce;
    nonce = "";
    return next;
  }

  /** The header of an honest request. */
  Map<String, Object> header(String url) throws Exception {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "ES256");
    header.put("url", url);
    header.put("nonce", nextNonce());
    if (account.isPresent()) {
      header.put("kid", account.get());
    } else {
      header.put("jwk", key.toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    }
    return header;
  }

  /** A flattened JWS. */
  String signed(Map<String, Object> header, String payload) throws Exception {
    JsonWebSignature jws = new JsonWebSignature();
    header.forEach(jws.getHeaders()::setObjectHeaderValue);
    jws.setPayload(payload);
    jws.setKey(key.getPrivateKey());
    jws.sign();
    return flattened(jws.getCompactSerialization());
  }

  static String flattened(String compact) {
    String[] parts = compact.split("\\.", -1);
    return JsonUtil.toJson(
        Map.of("protected", parts[0], "payload", parts[1], "signature", parts[2]));
  }

  Answer post(String url, Map<String, ?> payload) throws Exception {
    return send("POST", url, signed(header(url), JsonUtil.toJson(payload)));
  }

  /** A POST-as-GET. */
  Answer read(String url) throws Exception {
    return send("POST", url, signed(header(url), ""));
  }

  Map<String, Object> binding(ExternalAccount credentials, String url) throws Exception {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setAlgorithmHeaderValue("HS256");
    jws.setKeyIdHeaderValue(credentials.keyId());
    jws.setHeader("url", url);
    jws.setPayload(key.toJson());
    jws.setKey(new HmacKey(credentials.hmacOctets()));
    return JsonUtil.parseJson(flattened(jws.getCompactSerialization()));
  }

  Answer open(Optional<ExternalAccount> credentials) throws Exception {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("termsOfServiceAgreed", true);
    if (credentials.isPresent()) {
      payload.put("externalAccountBinding", binding(credentials.get(), url("new-account")));
    }
    Answer answer = post(url("new-account"), payload);
    if (answer.status() < 300) {
      account = Optional.of(answer.location());
    }
    return answer;
  }

  Answer order(String... names) throws Exception {
    return post(url("new-order"), Map.of("identifiers", identifiers(names)));
  }

  static List<Map<String, String>> identifiers(String... names) {
    return Stream.of(names)
        .map(name -> Map.of("type", name.matches("[0-9.]+|.*:.*") ? "ip" : "dns", "value", name))
        .toList();
  }

  /** One challenge of an authorization. */
  @SuppressWarnings("unchecked")
  Map<String, Object> challenge(String authorization, ChallengeType type) throws Exception {
    Object challenges = Objects.requireNonNull(read(authorization).json().get("challenges"));
    return ((List<Map<String, Object>>) challenges)
        .stream().filter(one -> type.id().equals(one.get("type"))).findFirst().orElseThrow();
  }

  String keyAuthorization(Map<String, Object> challenge) {
    return challenge.get("token") + "." + key.calculateBase64urlEncodedThumbprint("SHA-256");
  }

  /** Begins a validation, and waits for its end. */
  Answer validate(String authorization, ChallengeType type) throws Exception {
    Answer begun = post(String.valueOf(challenge(authorization, type).get("url")), Map.of());
    return begun.status() == 200 ? settled(authorization) : begun;
  }

  Answer settled(String authorization) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    Answer answer = read(authorization);
    while (answer.text("status").equals("pending") && System.nanoTime() < end) {
      Thread.sleep(20);
      answer = read(authorization);
    }
    return answer;
  }

  Answer finish(Answer order, KeyPair keys, String... names) throws Exception {
    return post(order.text("finalize"), Map.of("csr", csr(keys, names)));
  }

  static String csr(KeyPair keys, String... names) throws Exception {
    GeneralName[] all =
        Stream.of(names)
            .map(Subject::parse)
            .map(subject ->
                new GeneralName(
                    subject instanceof Subject.Ip ? GeneralName.iPAddress : GeneralName.dNSName,
                    subject.value()))
            .toArray(GeneralName[]::new);
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(all));
    byte[] der =
        new JcaPKCS10CertificationRequestBuilder(new X500Name(""), keys.getPublic())
            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
            .getEncoded();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(der);
  }

  List<X509Certificate> chain(Answer order) throws Exception {
    return certificates(read(order.text("certificate")).response().body());
  }

  static List<X509Certificate> certificates(String pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  static KeyPair newKeys() throws IOException {
    return TestAuthority.newKeys();
  }
}
