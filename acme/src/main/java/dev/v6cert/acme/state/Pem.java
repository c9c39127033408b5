package dev.v6cert.acme.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One block of textual encoding (RFC 7468). */
public final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private final String label;
  private final byte[] der;

  public Pem(String label, byte[] der) {
    this.label = label;
    this.der = der.clone();
  }

  String label() {
    return label;
  }

  byte[] der() {
    return der.clone();
  }

  /** The blocks of a text, in order; what is between them is explanatory text. */
  static List<Pem> parse(String text) {
    List<Pem> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Pem(matcher.group(1), decode(matcher.group(2))));
    }
    return blocks;
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0]; // Whoever reads the content refuses it.
    }
  }

  /** The block as text, lines of 64 characters, with a newline at the end. */
  public String text() {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + label
        + "-----\n"
        + encoder.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
