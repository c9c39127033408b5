package dev.v6cert.ipv6.name;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.ipv6.Ipv6Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Any octets as a name, and any address as one: read as specified, and read back. */
class MagicNameFuzz {
  /** The oracle's time grows fast with the length. */
  private static final int LONGEST = 90;

  @FuzzTest(maxDuration = "2h")
  void readsAnyNameAsSpecified(byte[] input) {
    String name =
        new String(input, 0, Math.min(input.length, LONGEST), StandardCharsets.ISO_8859_1);
    EmbeddedAddresses addresses = MagicName.parse(name);
    assertThat(
            addresses.ipv6().map(Object::toString).orElse("")
                + "|"
                + addresses.ipv4().map(Object::toString).orElse(""))
        .as(name)
        .isEqualTo(SpecifiedGrammar.answers(name));
    assertThat(MagicName.parse(asciiUpperCase(name))).isEqualTo(addresses);
    if (input.length >= 16) {
      readsBack(
          new Ipv6Address(ByteBuffer.wrap(input).getLong(), ByteBuffer.wrap(input).getLong(8)));
    }
  }

  private static void readsBack(Ipv6Address address) {
    for (NameForm form : NameForm.values()) {
      EmbeddedAddresses read = MagicName.parse(form.label(address));
      assertThat(read.ipv6()).as(form.label(address)).contains(address);
      assertThat(read.ipv4()).as(form.label(address)).isEmpty();
    }
  }

  private static String asciiUpperCase(String name) {
    StringBuilder upper = new StringBuilder();
    name.chars()
        .map(c -> c < 0x80 ? Character.toUpperCase(c) : c)
        .forEach(c -> upper.append((char) c));
    return upper.toString();
  }
}
