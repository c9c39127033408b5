package dev.v6cert.dns.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a text file that an operator wrote, in UTF-8, one after the other. */
public final class TextLines implements AutoCloseable {
  private static final int CHUNK = 8192;

  private final Path file;
  private final int longest;
  private final ReadBudget budget;
  private final InputStream in;
  private final byte[] chunk = new byte[CHUNK];
  private int at;
  private int limit;
  private byte[] line = new byte[CHUNK];
  private int number;

  private TextLines(Path file, int longest, ReadBudget budget, InputStream in) {
    this.file = file;
    this.longest = longest;
    this.budget = budget;
    this.in = in;
  }

  /**
   * Opens a file.
   *
   * @param longest the most octets of a line
   * @throws FileFailure when it cannot be read
   */
  public static TextLines open(Path file, int longest, ReadBudget budget) throws FileFailure {
    try {
      return new TextLines(file, longest, budget, Files.newInputStream(file));
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  /**
   * The next line, without its end; empty behind the last one.
   *
   * @throws FileFailure when it cannot be read, is too long or no UTF-8, or there is no memory left
   */
  public Optional<String> next() throws FileFailure {
    int length = 0;
    boolean ascii = true;
    int octet = read();
    if (octet < 0) {
      return Optional.empty();
    }
    number++;
    while (octet >= 0 && octet != '\n' && octet != '\r') {
      if (length == longest) {
        throw failure("the line has more than " + longest + " characters");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) octet;
      ascii &= octet < 0x80;
      octet = read();
    }
    if (octet == '\r' && peek() == '\n') {
      at++;
    }
    budget.step(length);
    return Optional.of(
        ascii ? new String(line, 0, length, StandardCharsets.ISO_8859_1) : decoded(length));
  }

  private String decoded(int length) throws FileFailure {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw failure("it is not UTF-8 text");
    }
  }

  private int read() throws FileFailure {
    int octet = peek();
    at++;
    return octet;
  }

  /** The next octet, which stays where it is; -1 at the end. */
  private int peek() throws FileFailure {
    if (at >= limit) {
      try {
        limit = in.read(chunk);
      } catch (IOException e) {
        throw FileFailure.unusable(file, e);
      }
      at = 0;
    }
    return limit <= 0 ? -1 : chunk[at] & 0xff;
  }

  /** The number of the line that was read last, from 1; 0 before the first. */
  public int number() {
    return number;
  }

  /** The failure of the line that was read last. */
  public FileFailure failure(String reason) {
    return new FileFailure(file, number, reason);
  }

  @Override
  public void close() throws FileFailure {
    try {
      in.close();
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }
}
