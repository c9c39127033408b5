package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the operator does not want to be answered: addresses, blocks of them, and names. In its file
 * each line holds one entry, and {@code #} starts a comment. An entry is an address, a block such
 * as {@code 203.0.113.0/24}, a label such as {@code login} that matches a whole label of a name, or
 * a text between stars such as {@code *bank*} that matches anywhere left of the zone.
 */
public final class BlockList {
  /** The list that blocks nothing. */
  public static final BlockList EMPTY = new BlockList(new Entries());

  private static final Pattern LABEL = Pattern.compile("[0-9a-z_-]{1,63}");
  private static final Pattern FRAGMENT = Pattern.compile("\\*[0-9a-z_.-]+\\*");

  private final AddressRanges ipv4;
  private final AddressRanges ipv6;
  private final Set<String> labels;
  private final List<String> fragments;
  private final int size;

  private BlockList(Entries entries) {
    this.ipv4 = entries.ipv4.build();
    this.ipv6 = entries.ipv6.build();
    this.labels = entries.labels;
    this.fragments = entries.fragments;
    this.size = entries.blocks + labels.size() + fragments.size();
  }

  /** What a file has so far. */
  private static final class Entries {
    final AddressRanges.Builder ipv4 = new AddressRanges.Builder();
    final AddressRanges.Builder ipv6 = new AddressRanges.Builder();
    final Set<String> labels = new HashSet<>();
    final List<String> fragments = new ArrayList<>();
    int blocks;

    /**
     * Adds what a line says.
     *
     * @throws IllegalArgumentException when it is no entry; the message says why
     */
    void add(String line) {
      int comment = line.indexOf('#');
      String entry =
          (comment < 0 ? line : line.substring(0, comment)).strip().toLowerCase(Locale.ROOT);
      if (LABEL.matcher(entry).matches()) {
        labels.add(entry);
      } else if (FRAGMENT.matcher(entry).matches()) {
        fragments.add(entry.substring(1, entry.length() - 1));
      } else if (!entry.isEmpty()) {
        Cidr block = Cidr.parse(entry);
        (block.ipv4() ? ipv4 : ipv6).add(block);
        blocks++;
      }
    }
  }

  /**
   * Reads a file of the own format.
   *
   * @throws FileFailure when it cannot be read or has an entry that is none of the above
   */
  public static BlockList read(Path file) throws FileFailure {
    return read(file, BlockListFormat.OWN);
  }

  /**
   * Reads a file.
   *
   * @throws FileFailure when it cannot be read or has an entry that is none of the above
   */
  public static BlockList read(Path file, BlockListFormat format) throws FileFailure {
    Entries entries = new Entries();
    int number = 1;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        entries.add(line);
        number++;
      }
    } catch (CharacterCodingException e) {
      throw new FileFailure(file, 0, "it is not UTF-8 text");
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    } catch (IllegalArgumentException e) {
      throw new FileFailure(file, number, String.valueOf(e.getMessage()));
    }
    return new BlockList(entries);
  }

  /** Whether the relative name (labels left of the zone, dotted) is blocked. */
  boolean blocksName(String relativeName) {
    if (labels.isEmpty() && fragments.isEmpty()) {
      return false;
    }
    String name = relativeName.toLowerCase(Locale.ROOT);
    if (fragments.stream().anyMatch(name::contains)) {
      return true;
    }
    int start = 0;
    while (true) {
      int dot = name.indexOf('.', start);
      if (labels.contains(name.substring(start, dot < 0 ? name.length() : dot))) {
        return true;
      }
      if (dot < 0) {
        return false;
      }
      start = dot + 1;
    }
  }

  /** Whether the address is blocked. */
  boolean blocks(Ipv4Address address) {
    return ipv4.contains(Cidr.widened(address));
  }

  /** Whether the address is blocked, or an IPv4 address that it carries. */
  boolean blocks(Ipv6Address address) {
    return ipv6.contains(address) || Carried.in(address).filter(this::blocks).isPresent();
  }

  /** Like {@link #blocks(Ipv4Address)}, without an object. */
  boolean blocksIpv4(int bits) {
    return ipv4.contains(0, Integer.toUnsignedLong(bits));
  }

  /** Whether the address itself is blocked, whatever it carries; without an object. */
  boolean blocksIpv6(long high, long low) {
    return ipv6.contains(high, low);
  }

  /** The labels that are blocked, in lower case. */
  public Set<String> labels() {
    return labels;
  }

  /** The texts that are blocked anywhere in a name, in lower case. */
  public List<String> fragments() {
    return fragments;
  }

  /** The number of entries. */
  public int size() {
    return size;
  }
}
