package dev.v6cert.dns.zonefile;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.file.TextLines;
import java.io.IOException;
import java.io.InputStream;
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
          "\\$(?<name>ORIGIN|INCLUDE|TTL|GENERATE)\\s+(?<value>[^\\s;]+)(?<more>[^;]*).*",
          Pattern.CASE_INSENSITIVE);

  /** Deeper than anyone nests; a file that includes itself ends here. */
  private static final int MOST_INCLUDES = 16;

  /** Of 65,535 octets, each of which may be written with four characters, and the rest. */
  private static final int LONGEST_RECORD = 400_000;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final Path file;
  private final TextLines lines;
  private final Within within;
  private final Parentheses parentheses = new Parentheses();
  private final int depth;
  private Name origin;
  private long ttl;

  /** The length of the record that is being read, with its lines before this one. */
  private int recordLength;

  /**
   * The state that a file shares with those that it includes.
   *
   * @param files told of each file before it is read
   * @param records all of them so far
   */
  private record Within(Consumer<Path> files, ReadBudget budget, List<Located> records) {}

  /**
   * A record and where it stands.
   *
   * @param line the number of its last line, from 1
   * @param octets its length in a message, with two octets for its name
   */
  record Located(Record record, Path file, int line, int octets) {
    FileFailure failure(String reason) {
      return new FileFailure(file, line, reason);
    }
  }

  private MasterFile(Path file, TextLines lines, Name origin, long ttl, int depth, Within within) {
    this.file = file;
    this.lines = lines;
    this.origin = origin;
    this.ttl = ttl;
    this.depth = depth;
    this.within = within;
  }

  /**
   * All records, in order.
   *
   * @param origin what relative names are relative to, until {@code $ORIGIN} says otherwise
   * @param ttl the TTL in seconds of records that have none, until {@code $TTL} says otherwise
   * @param files told of each file before it is read
   */
  static List<Located> read(
      Path file, Name origin, long ttl, Consumer<Path> files, ReadBudget budget)
      throws FileFailure {
    Within within = new Within(files, budget, new ArrayList<>());
    read(file, origin, ttl, 0, within);
    return within.records;
  }

  private static void read(Path file, Name origin, long ttl, int depth, Within within)
      throws FileFailure {
    within.files.accept(file);
    try (TextLines lines = TextLines.open(file, LONGEST_RECORD, within.budget)) {
      new MasterFile(file, lines, origin, ttl, depth, within).read();
    }
  }

  private void read() throws FileFailure {
    try (Master master = new Master(new Lines(), origin, ttl)) {
      // Those of the right form are carried out here.
      master.disableIncludes(true);
      master.expandGenerate(false);
      Record record = master.nextRecord();
      while (record != null) {
        add(record);
        record = master.nextRecord();
      }
      if (master.generators().hasNext()) {
        throw lines.failure("a $GENERATE stands in a line of its own, without parentheses");
      }
    } catch (FileFailure e) {
      throw e;
    } catch (TextParseException e) {
      // Its message has a file and a line of its own.
      throw lines.failure(String.valueOf(e.getMessage()).replaceAll("<none>:\\d+: ", ""));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw lines.failure(reason(e));
    }
  }

  /** The library throws anything for text or data that makes no sense to it. */
  private static String reason(Throwable thrown) {
    boolean isMeantForPeople =
        thrown instanceof IOException || thrown instanceof IllegalArgumentException;
    String message = thrown.getMessage();
    return isMeantForPeople && message != null
        ? message
        : "this is not a record that can be served (" + thrown.getClass().getSimpleName() + ")";
  }

  /** Adds a record as a client will read it; the text of some has no such form. */
  private void add(Record record) throws IOException {
    within.budget.step(0);
    byte[] wire;
    try {
      wire = record.toWire(Section.ANSWER);
    } catch (RuntimeException e) {
      throw new IOException("a record of this type cannot hold this: " + reason(e), e);
    }
    int octets = wire.length - record.getName().length() + 2;
    Record read = Record.fromWire(wire, Section.ANSWER);
    within.records.add(new Located(read, file, lines.number(), octets));
  }

  /** The line as the parser is to see it: what brings records of its own is carried out here. */
  private String seen(String text) throws IOException {
    Matcher directive = DIRECTIVE.matcher(text);
    if (!directive.matches()) {
      return text;
    }
    String value = directive.group("value");
    try {
      return switch (directive.group("name").charAt(0)) {
        case 'O', 'o' -> {
          origin = Name.fromString(value, origin);
          // To the parser a relative one is relative to the root.
          yield "$ORIGIN " + origin + directive.group("more");
        }
        case 'T', 't' -> {
          ttl = ttl(value);
          yield text;
        }
        case 'G', 'g' -> {
          GeneratedRecords.read(escaped(text), origin, ttl, this::add);
          yield "";
        }
        default -> {
          include(value, directive.group("more").strip());
          yield "";
        }
      };
    } catch (TextParseException e) {
      throw lines.failure(String.valueOf(e.getMessage()).replaceAll("<none>:\\d+: ", ""));
    }
  }

  private long ttl(String value) throws FileFailure {
    try {
      return TTL.parseTTL(value);
    } catch (NumberFormatException e) {
      throw lines.failure("\"" + value + "\" is not a TTL: write seconds, or a text such as 1h30m");
    }
  }

  private void include(String name, String below) throws FileFailure, TextParseException {
    if (depth == MOST_INCLUDES) {
      throw lines.failure("files include each other more than 16 deep");
    }
    Name inner = below.isEmpty() ? origin : Name.fromString(below, origin);
    try {
      Path included = file.resolveSibling(name.replace("\"", ""));
      if (!Files.isReadable(included) || Files.isDirectory(included)) {
        within.files.accept(included);
        throw lines.failure("cannot read the included file " + included);
      }
      read(included, inner, ttl, depth + 1, within);
    } catch (InvalidPathException e) {
      throw lines.failure("\"" + name + "\" is not a file name");
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

    private String taken(String line) throws IOException {
      String text = lines.number() == 1 ? withoutMark(line) : line;
      boolean continued = parentheses.openedIn() > 0;
      parentheses.read(text, lines.number());
      recordLength = continued ? recordLength + text.length() : text.length();
      if (recordLength > LONGEST_RECORD) {
        throw new FileFailure(
            file,
            parentheses.openedIn(),
            "a record has no more than " + LONGEST_RECORD + " octets");
      }
      return continued ? text : seen(text);
    }

    @Override
    public int read() throws IOException {
      byte[] octet = new byte[1];
      return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (at == rest.length) {
        Optional<String> next = lines.next();
        if (next.isEmpty()) {
          if (parentheses.openedIn() > 0) {
            throw new FileFailure(file, parentheses.openedIn(), "a ( is not closed");
          }
          return -1;
        }
        rest = (escaped(taken(next.get())) + "\n").getBytes(StandardCharsets.US_ASCII);
        at = 0;
      }
      int count = Math.min(length, rest.length - at);
      System.arraycopy(rest, at, target, from, count);
      at += count;
      return count;
    }
  }

  /**
   * The parentheses of a master file, which make one record of several lines (RFC 1035 section
   * 5.1). One that is not closed would swallow all records behind it.
   */
  private static final class Parentheses {
    private int depth;
    private int openedIn;

    /** Reads the next line, of the given number. */
    void read(String line, int number) {
      boolean quoted = false;
      for (int i = 0; i < line.length(); i++) {
        switch (line.charAt(i)) {
          case '\\' -> i++;
          case '"' -> quoted = !quoted;
          case '(' -> open(quoted ? 0 : 1, number);
          case ')' -> open(quoted ? 0 : -1, number);
          case ';' -> i = quoted ? i : line.length();
          default -> {}
        }
      }
    }

    private void open(int more, int number) {
      openedIn = depth == 0 ? number : openedIn;
      depth += more;
    }

    /** The line of the outermost parenthesis that is open; 0 where none is. */
    int openedIn() {
      return depth > 0 ? openedIn : 0;
    }
  }
}
