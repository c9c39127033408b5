package dev.v6cert.dns.zonefile;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.Generator;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;

/** The records of a {@code $GENERATE} line, as BIND has it. */
final class GeneratedRecords {
  /** One for each address of an IPv4 /16: with more of them, a server is better asked by rule. */
  static final long MOST = 65_536;

  /** A number with leading zeros; a label has no more octets than this. */
  private static final int WIDEST = 63;

  private static final Pattern WIDTH = Pattern.compile("\\$\\{-?[0-9]*,0*([0-9]+)");

  private GeneratedRecords() {}

  /** Takes the records one by one, since there may be many. */
  @FunctionalInterface
  interface Sink {
    void add(Record record) throws IOException;
  }

  /**
   * Hands out the records of one line.
   *
   * @param line the line, in ASCII
   * @throws TextParseException when it makes no sense, or too many of them
   */
  static void read(String line, Name origin, long ttl, Sink records) throws IOException {
    byte[] text = (line + "\n").getBytes(StandardCharsets.US_ASCII);
    try (Master master = new Master(new ByteArrayInputStream(text), origin, ttl)) {
      master.expandGenerate(false);
      master.nextRecord();
      for (Iterator<Generator> each = master.generators(); each.hasNext(); ) {
        Generator generator = each.next();
        check(generator);
        for (Record one = generator.nextRecord(); one != null; one = generator.nextRecord()) {
          records.add(one);
        }
      }
    }
  }

  private static void check(Generator generator) throws TextParseException {
    long count = (generator.end - generator.start) / generator.step + 1;
    if (count > MOST) {
      throw new TextParseException(
          "this $GENERATE makes "
              + count
              + " records, and one may make "
              + MOST
              + ": a magic name or a wildcard needs none");
    }
    for (String pattern : List.of(generator.namePattern, generator.rdataPattern)) {
      Matcher width = WIDTH.matcher(pattern);
      while (width.find()) {
        if (width.group(1).length() > 2 || Integer.parseInt(width.group(1)) > WIDEST) {
          throw new TextParseException(
              "a number in $GENERATE has at most " + WIDEST + " digits, not " + width.group(1));
        }
      }
    }
  }
}
