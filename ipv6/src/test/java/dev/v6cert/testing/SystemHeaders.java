package dev.v6cert.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/**
 * Compares the assumptions of native calls with the C headers of Linux: constants, sizes, offsets
 * in structures. A compiler judges without making a program, so one for another processor does as
 * well as this machine's own.
 */
public final class SystemHeaders {

  /** A processor whose headers may be here. */
  public enum Target {
    /** This machine's own. */
    HERE("cc", "Debian has it in gcc and libc6-dev"),
    /** 64-bit ARM with glibc. */
    AARCH64(
        "aarch64-linux-gnu-gcc",
        "Debian has it in gcc-aarch64-linux-gnu and libc6-dev-arm64-cross");

    private final String compiler;
    private final String where;

    Target(String compiler, String where) {
      this.compiler = compiler;
      this.where = where;
    }
  }

  private final StringBuilder source = new StringBuilder();

  /** Claims about what these headers, such as {@code sys/socket.h}, define. */
  public SystemHeaders(String... headers) {
    for (String header : headers) {
      source.append("#include <").append(header).append(">\n");
    }
  }

  /** Claims that a constant expression of C has this value. */
  public void claim(String expression, long value) {
    source.append(
        "_Static_assert((%s) == %dL, \"%1$s is not %2$d\");\n".formatted(expression, value));
  }

  /**
   * Claims the values of all integers that a class has as constants.
   *
   * @param expressions of C, by the names of the constants that are not called as in the headers;
   *     an empty one where the headers know nothing like it
   * @throws AssertionError when there is no such constant
   */
  public void claimConstants(Class<?> of, Map<String, String> expressions) {
    Set<String> unused = new HashSet<>(expressions.keySet());
    for (Field field : of.getDeclaredFields()) {
      int modifiers = field.getModifiers();
      boolean isInteger = field.getType() == int.class || field.getType() == long.class;
      if (isInteger && Modifier.isStatic(modifiers) && Modifier.isFinal(modifiers)) {
        unused.remove(field.getName());
        String expression = expressions.getOrDefault(field.getName(), field.getName());
        if (!expression.isEmpty()) {
          claim(expression, value(field));
        }
      }
    }
    if (!unused.isEmpty()) {
      throw new AssertionError(of + " has no constants " + unused);
    }
  }

  private static long value(Field constant) {
    try {
      constant.setAccessible(true);
      return ((Number) constant.get(null)).longValue();
    } catch (IllegalAccessException e) {
      throw new AssertionError(constant + " was made accessible", e);
    }
  }

  /**
   * The errors of a compiler about the claims: none when all hold. The test is skipped, with the
   * reason, where the compiler is not installed, or has no such headers.
   */
  public List<String> refutedBy(Target target) throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(
            target.compiler, "-D_GNU_SOURCE", "-std=gnu11", "-fsyntax-only", "-x", "c", "-");
    command.environment().put("LC_ALL", "C");
    Process compiler;
    try {
      compiler = command.redirectErrorStream(true).start();
    } catch (IOException e) {
      return Assumptions.abort(
          target + ": " + target.compiler + " is not installed; " + target.where);
    }
    try (var input = compiler.outputWriter(UTF_8)) {
      input.append(source);
    }
    List<String> said = compiler.inputReader(UTF_8).lines().toList();
    Assumptions.assumeTrue(
        said.stream().noneMatch(line -> line.contains("fatal error: ")),
        () -> target + ": " + said + "; " + target.where);
    return compiler.waitFor() == 0 ? List.of() : said;
  }
}
