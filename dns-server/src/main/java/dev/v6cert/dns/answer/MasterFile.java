package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TTL;
import org.xbill.DNS.TextParseException;

/**
 * Reads a master file (RFC 1035 section 5), and the files it includes. It is handed to the parser
 * one line at a time, so that for each record and each error the line is known.
 */
final class MasterFile {
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "\\$(?<name>ORIGIN|INCLUDE|TTL)\\s+(?<value>[^\\s;]+)(?<more>[^;]*).*",
          Pattern.CASE_INSENSITIVE);

  /** Deeper than anyone nests; a file that includes itself ends here. */
  private static final int MOST_INCLUDES = 16;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final Path file;
  private final List<String> lines;
  private final int depth;
  private final Consumer<Path> files;
  private final List<Located> records;
  private final Parentheses parentheses = new Parentheses();
  private Name origin;
  private long ttl;
  private int line;

  /**
   * A record and where it stands.
   *
   * @param line the number of its last line, from 1
   */
  record Located(Record record, Path file, int line) {
    FileFailure failure(String reason) {
      return new FileFailure(file, line, reason);
    }
  }

  private MasterFile(
      Path file, Name origin, long ttl, int depth, Consumer<Path> files, List<Located> records)
      throws FileFailure {
    files.accept(file);
    this.file = file;
    this.files = files;
    this.origin = origin;
    this.ttl = ttl;
    this.depth = depth;
    this.records = records;
    try {
      this.lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new FileFailure(file, 0, "it is not UTF-8 text");
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  /**
   * All records, in order.
   *
   * @param origin what relative names are relative to, until {@code $ORIGIN} says otherwise
   * @param ttl the TTL in seconds of records that have none, until {@code $TTL} says otherwise
   * @param files told of each file before it is read
   */
  static List<Located> read(Path file, Name origin, long ttl, Consumer<Path> files)
      throws FileFailure {
    List<Located> records = new ArrayList<>();
    new MasterFile(file, origin, ttl, 0, files, records).read();
    return records;
  }

  private void read() throws FileFailure {
    try (Master master = new Master(new Lines(), origin, ttl)) {
      Record record = master.nextRecord();
      while (record != null) {
        records.add(new Located(rewritten(record), file, line));
        record = master.nextRecord();
      }
    } catch (FileFailure e) {
      throw e;
    } catch (TextParseException e) {
      // Its message has a file and a line of its own.
      String message = String.valueOf(e.getMessage()).replaceAll("<none>:\\d+: ", "");
      throw new FileFailure(file, line, message);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The library throws any of these for text or data that makes no sense to it.
      String reason =
          Optional.ofNullable(e.getMessage())
              .orElse("this is no record that can be served (" + e.getClass().getName() + ")");
      throw new FileFailure(file, line, reason);
    }
  }

  /** The record as a client will read it; the text of some has no such form. */
  private static Record rewritten(Record record) throws IOException {
    byte[] wire;
    try {
      wire = record.toWire(Section.ANSWER);
    } catch (RuntimeException e) {
      throw new IOException("a record of this type cannot hold this: " + e.getMessage(), e);
    }
    return Record.fromWire(wire, Section.ANSWER);
  }

  /** The line as the parser is to see it: an include is carried out here. */
  private String seen(String text) throws FileFailure {
    Matcher directive = DIRECTIVE.matcher(text);
    if (!directive.matches()) {
      return text;
    }
    String value = directive.group("value");
    try {
      switch (directive.group("name").charAt(0)) {
        case 'O', 'o' -> origin = Name.fromString(value, origin);
        case 'T', 't' -> ttl = ttl(value);
        default -> {
          include(value, directive.group("more").strip());
          return "";
        }
      }
    } catch (TextParseException e) {
      throw new FileFailure(file, line, String.valueOf(e.getMessage()));
    }
    return text;
  }

  private long ttl(String value) throws FileFailure {
    try {
      return TTL.parseTTL(value);
    } catch (NumberFormatException e) {
      throw new FileFailure(
          file, line, "\"" + value + "\" is no TTL: write seconds, or a text such as 1h30m");
    }
  }

  private void include(String name, String within) throws FileFailure, TextParseException {
    if (depth == MOST_INCLUDES) {
      throw new FileFailure(file, line, "files include each other more than 16 deep");
    }
    Name inner = within.isEmpty() ? origin : Name.fromString(within, origin);
    try {
      Path included = file.resolveSibling(name.replace("\"", ""));
      if (!Files.isReadable(included)) {
        files.accept(included);
        throw new FileFailure(file, line, "cannot read the included file " + included);
      }
      new MasterFile(included, inner, ttl, depth + 1, files, records).read();
    } catch (InvalidPathException e) {
      throw new FileFailure(file, line, "\"" + name + "\" is no file name");
    }
  }

  /** The mark that some editors put before the first character of UTF-8 text. */
  private static String withoutMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
  }

  /** The text in ASCII: other octets as the parser wants them (RFC 1035 section 5.1). */
  private static String escaped(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text;
    }
    StringBuilder ascii = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet >= 0) {
        ascii.append((char) octet);
      } else {
        ascii.append('\\').append(octet & 0xff);
      }
    }
    return ascii.toString();
  }

  /** The file, of which each read takes no more than one line. */
  private final class Lines extends InputStream {
    private byte[] rest = {};
    private int at;

    @Override
    public int read() throws IOException {
      byte[] octet = new byte[1];
      return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (at == rest.length) {
        if (line == lines.size()) {
          if (parentheses.openedIn() > 0) {
            throw new FileFailure(file, parentheses.openedIn(), "a ( is not closed");
          }
          return -1;
        }
        line++;
        String text = line == 1 ? withoutMark(lines.getFirst()) : lines.get(line - 1);
        parentheses.read(text, line);
        rest = (escaped(seen(text)) + "\n").getBytes(StandardCharsets.US_ASCII);
        at = 0;
      }
      int count = Math.min(length, rest.length - at);
      System.arraycopy(rest, at, target, from, count);
      at += count;
      return count;
    }
  }
}
