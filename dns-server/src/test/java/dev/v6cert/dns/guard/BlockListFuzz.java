package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.guard.BlockList.Format;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any octets as a block list, in both formats: refused with the line, or in use, and then it blocks
 * the names and addresses that a look at each entry for itself blocks, no more and no less.
 */
class BlockListFuzz {
  private static final Path FILE = temporaryFile();
  private static final Pattern WITH_LINE =
      Pattern.compile(Pattern.quote(FILE.toString()) + ":[1-9][0-9]*: .+", Pattern.DOTALL);
  private static final Pattern LABEL = Pattern.compile("[0-9a-z_-]{1,63}");
  private static final int LONGEST_NAME = 253;

  private static Path temporaryFile() {
    try {
      return Files.createTempDirectory("v6cert").resolve("blocklist");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "www.login.magic.test\nlogin # a label\n*bank*\n192.0.2.0/24\n2001:db8::/32\n",
            "192-0-2-7.magic.test\n*aaa*\n*aab*\n*ab*\n::ffff:192.0.2.1\n0.0.0.0/0\n",
            "x_y.test\nraiffeisen\n66.254.114.41/24\n2600:5aff:fe00::1/64\n# mended\n\n",
            "ABCDEFGH.test\n*cdefgh*\n*bcdefghi*\n*h.t*\n-\n_\n10.1.2.3/33\n")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  /** The first line is a name to ask about; the others are the list. */
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1h")
  void isRefusedWithTheLineOrBlocksWhatItSays(byte[] content) throws IOException {
    int end = 0;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    String name = new String(content, 0, Math.min(end, LONGEST_NAME), StandardCharsets.ISO_8859_1);
    byte[] list = Arrays.copyOfRange(content, Math.min(end + 1, content.length), content.length);
    Files.write(FILE, list);
    for (Format format : Format.values()) {
      BlockList read;
      try {
        read = BlockList.read(FILE, format, ReadBudget.NONE);
      } catch (FileFailure e) {
        assertThat(e.getMessage()).matches(WITH_LINE).doesNotEndWith("null");
        continue;
      }
      List<AddressBlock> blocks = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      entries(list).forEach(entry -> take(entry, format, blocks, texts));
      assertThat(read.size()).isEqualTo(blocks.size() + texts.size());
      expectNames(read, name, texts);
      expectAddresses(read, blocks);
    }
  }

  private static Stream<String> entries(byte[] list) {
    return new String(list, StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("#.*", "").strip().toLowerCase(Locale.ROOT))
        .filter(entry -> !entry.isEmpty());
  }

  private static void take(
      String entry, Format format, List<AddressBlock> blocks, List<String> texts) {
    boolean own = format == Format.OWN;
    if (own && LABEL.matcher(entry).matches()) {
      texts.add("." + entry + ".");
    } else if (own && entry.startsWith("*")) {
      texts.add(entry.substring(1, entry.length() - 1));
    } else if (own || entry.matches(".*[:/].*") || Ipv4Address.tryParse(entry).isPresent()) {
      blocks.add(own ? AddressBlock.parse(entry) : AddressBlock.around(entry));
    } else {
      texts.add(entry);
    }
  }

  private static void expectNames(BlockList list, String name, List<String> texts) {
    String dotted = "." + lowerCase(name) + ".";
    assertThat(list.hasNames()).isEqualTo(!texts.isEmpty());
    assertThat(list.blocksName(name)).isEqualTo(texts.stream().anyMatch(dotted::contains));
    for (String text : texts) {
      if (text.length() + name.length() <= LONGEST_NAME) {
        assertThat(list.blocksName(name + text.toUpperCase(Locale.ROOT))).isTrue();
      }
    }
  }

  /** In lower case as names are compared: the letters of ASCII alone. */
  private static String lowerCase(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return lower.toString();
  }

  /** Asks about the first and last address of each IPv4 block, and about their neighbours. */
  private static void expectAddresses(BlockList list, List<AddressBlock> blocks) {
    for (AddressBlock block : blocks) {
      long low = block.base().low();
      long last = low | AddressBlock.ones(block.freeBits());
      if (!block.ipv4()) {
        assertThat(list.blocksIpv6(block.base().high(), low)).isTrue();
        assertThat(
                list.blocksIpv6(
                    block.base().high() | AddressBlock.ones(block.freeBits() - Long.SIZE), last))
            .isTrue();
        continue;
      }
      for (long address : new long[] {low - 1, low, last, last + 1}) {
        long bits = address & 0xffff_ffffL;
        assertThat(list.blocksIpv4((int) bits))
            .isEqualTo(blocks.stream().anyMatch(each -> each.ipv4() && each.contains(0, bits)));
      }
    }
  }
}
