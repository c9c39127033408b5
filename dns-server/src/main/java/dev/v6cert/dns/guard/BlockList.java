package dev.v6cert.dns.guard;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.file.TextLines;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The addresses, blocks of them, and names that the operator does not want to be answered. In its
 * file each line holds one entry, and {@code #} starts a comment. An entry is an address, a block
 * such as {@code 203.0.113.0/24}, a label such as {@code login} that matches a whole label of a
 * name, or a word between stars such as {@code *bank*} that matches anywhere in a name. Labels and
 * words see the whole name, its zone included, with a dot at both ends. In the format of sslip.io a
 * word has no stars, there are no labels, and a block may have bits set behind its prefix length.
 */
public final class BlockList {
  /** The list that blocks nothing. */
  public static final BlockList EMPTY = new BlockList(new Entries(Format.OWN), ReadBudget.NONE);

  /** The number of octets beyond the end of a name that must be readable to look at it. */
  public static final int SLACK = BlockedTexts.SLACK;

  private static final Pattern LABEL = Pattern.compile("[0-9a-z_-]{1,63}");
  private static final Pattern WORD = Pattern.compile("[0-9a-z_.-]+");
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LINE = 4096;

  /** The memory that a label or word takes at most while it is made ready to be looked for. */
  private static final long OCTETS_OF_A_NAME = 150;

  private final AddressRanges ipv4;
  private final AddressRanges ipv6;
  private final List<BlockedTexts> lettered;
  private final List<BlockedTexts> others;
  private final boolean hasNames;
  private final int size;

  private BlockList(Entries entries, ReadBudget budget) {
    this.ipv4 = entries.ipv4.build(budget);
    this.ipv6 = entries.ipv6.build(budget);
    Map<Boolean, List<String>> parts =
        entries.names.stream().collect(Collectors.partitioningBy(BlockList::isLettered));
    this.lettered = byLength(parts.getOrDefault(true, List.of()));
    this.others = byLength(parts.getOrDefault(false, List.of()));
    this.hasNames = !entries.names.isEmpty();
    this.size = entries.count;
  }

  /** Long texts apart, since looking for them alone is faster. */
  private static List<BlockedTexts> byLength(List<String> texts) {
    return texts.stream()
        .collect(Collectors.partitioningBy(text -> text.length() >= BlockedTexts.LONG))
        .values()
        .stream()
        .filter(part -> !part.isEmpty())
        .map(BlockedTexts::new)
        .toList();
  }

  /**
   * Whether a text is in no name whose labels left of the zone are addresses alone: it has a letter
   * that no address has, and no dot between two labels, with which it could reach into the zone.
   */
  private static boolean isLettered(String text) {
    int dot = text.indexOf('.', 1);
    return (dot < 0 || dot == text.length() - 1)
        && text.chars().anyMatch(c -> c >= 'g' || c == '_');
  }

  /** The entries of a file so far. */
  private static final class Entries {
    final Format format;
    final AddressRanges.Builder ipv4 = new AddressRanges.Builder();
    final AddressRanges.Builder ipv6 = new AddressRanges.Builder();
    final List<String> names = new ArrayList<>();
    int count;

    Entries(Format format) {
      this.format = format;
    }

    /**
     * Adds what a line says.
     *
     * @throws IllegalArgumentException when it is no entry; the message says why
     */
    void add(String line) {
      int comment = line.indexOf('#');
      String entry =
          (comment < 0 ? line : line.substring(0, comment)).strip().toLowerCase(Locale.ROOT);
      if (entry.isEmpty()) {
        return;
      }
      count++;
      switch (format) {
        case OWN -> addOwn(entry);
        case SSLIP_IO -> addSslipIo(entry);
      }
    }

    private void addOwn(String entry) {
      int end = entry.length() - 1;
      if (LABEL.matcher(entry).matches()) {
        names.add("." + entry + ".");
      } else if (end > 1 && entry.charAt(0) == '*' && entry.charAt(end) == '*') {
        addWord(entry.substring(1, end));
      } else {
        addBlock(AddressBlock.parse(entry));
      }
    }

    private void addSslipIo(String entry) {
      boolean address = entry.indexOf(':') >= 0 || entry.indexOf('/') >= 0;
      if (address || Ipv4Address.tryParse(entry).isPresent()) {
        addBlock(AddressBlock.around(entry));
      } else {
        addWord(entry);
      }
    }

    private void addBlock(AddressBlock block) {
      (block.ipv4() ? ipv4 : ipv6).add(block);
    }

    private void addWord(String word) {
      if (!WORD.matcher(word).matches()) {
        throw new IllegalArgumentException(
            "a word has letters, digits, hyphens, underscores and dots only");
      }
      if (word.length() > LONGEST_NAME) {
        throw new IllegalArgumentException("a word of more than 253 characters is in no name");
      }
      names.add(word);
    }
  }

  /**
   * Reads a small file of the own format.
   *
   * @throws FileFailure when it cannot be read or has an entry that is none of the above
   */
  public static BlockList read(Path file) throws FileFailure {
    return read(file, Format.OWN, ReadBudget.NONE);
  }

  /**
   * Reads a file.
   *
   * @throws FileFailure when it cannot be read, has an entry that is none of the above, or does not
   *     fit into memory
   */
  public static BlockList read(Path file, Format format, ReadBudget budget) throws FileFailure {
    Entries entries = new Entries(format);
    try (TextLines lines = TextLines.open(file, LONGEST_LINE, budget)) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        budget.need(entries.ipv4.growth() + entries.ipv6.growth());
        try {
          entries.add(line.get());
        } catch (IllegalArgumentException e) {
          throw lines.failure(String.valueOf(e.getMessage()));
        }
      }
    }
    budget.need(OCTETS_OF_A_NAME * entries.names.size());
    return new BlockList(entries, budget);
  }

  /** Whether there are labels or words that may block a name. */
  public boolean hasNames() {
    return hasNames;
  }

  /**
   * Whether a name is blocked, whatever its addresses.
   *
   * @param name all of its labels, dotted
   */
  public boolean blocksName(String name) {
    byte[] octets = ("." + name + ".").getBytes(StandardCharsets.ISO_8859_1);
    int end = octets.length;
    return blocksName(Arrays.copyOf(octets, end + SLACK), end, end);
  }

  /**
   * Whether a name may be blocked, whatever its addresses; mostly not, which is said without its
   * zone.
   *
   * @param octets a dot and the labels left of its zone, dotted, {@code length} octets; {@link
   *     #SLACK} more must be readable
   */
  public boolean mayBlockName(byte[] octets, int length) {
    return hasNames && (!others.isEmpty() || BlockedTexts.hasLetter(octets, length));
  }

  /**
   * Whether a name is blocked, whatever its addresses.
   *
   * @param octets the name, dotted, with a dot at both ends; {@link #SLACK} more must be readable
   * @param starts the end of the places where what is blocked may start
   * @param to the end of the name, behind the last dot
   */
  public boolean blocksName(byte[] octets, int starts, int to) {
    return occursIn(others, octets, starts, to)
        || (BlockedTexts.hasLetter(octets, starts) && occursIn(lettered, octets, starts, to));
  }

  private static boolean occursIn(List<BlockedTexts> sets, byte[] octets, int starts, int to) {
    for (int i = 0; i < sets.size(); i++) {
      if (sets.get(i).occursIn(octets, 0, starts, to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an IPv4 address is blocked; its first octet is the highest. */
  boolean blocksIpv4(int bits) {
    return ipv4.contains(0, Integer.toUnsignedLong(bits));
  }

  /** Whether an IPv6 address is blocked, or an IPv4 address inside. */
  boolean blocksIpv6(long high, long low) {
    return ipv6.contains(high, low)
        || (EmbeddedIpv4.isPossible(high, low)
            && (blocksEmbedded(EmbeddedIpv4.inPrefix(high, low))
                || blocksEmbedded(EmbeddedIpv4.inInterface(low))));
  }

  private boolean blocksEmbedded(long address) {
    return address != EmbeddedIpv4.NONE && ipv4.contains(0, address);
  }

  /** The number of entries. */
  public int size() {
    return size;
  }

  /** The format of a block list. */
  public enum Format {
    /** As {@link BlockList} says. */
    OWN,
    /** As that of sslip.io: words match anywhere in a name, and blocks may have host bits set. */
    SSLIP_IO
  }
}
