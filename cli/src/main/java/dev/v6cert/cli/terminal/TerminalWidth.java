package dev.v6cert.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The width of the terminal at standard error, in columns, by {@code TIOCGWINSZ} of ioctl_tty(2).
 * It is asked anew each time, which is cheaper than to handle SIGWINCH and cannot miss a change.
 */
final class TerminalWidth implements IntSupplier {

  /** The width of a terminal that does not tell its own: that of the DEC VT100. */
  static final int USUAL = 80;

  private static final int STANDARD_ERROR = 2;
  private static final long LINUX_TIOCGWINSZ = 0x5413;
  private static final long BSD_TIOCGWINSZ = 0x40087468;

  /** Four unsigned shorts: rows, columns and the size in pixels. */
  private static final int WINSIZE_LENGTH = 8;

  private static final int COLUMNS_OFFSET = 2;

  private static final class Native {
    static final Optional<MethodHandle> IOCTL = ioctl();
    static final long REQUEST =
        System.getProperty("os.name", "").equals("Linux") ? LINUX_TIOCGWINSZ : BSD_TIOCGWINSZ;

    @SuppressWarnings("restricted") // The signature is that of the manual page.
    private static Optional<MethodHandle> ioctl() {
      try {
        Linker linker = Linker.nativeLinker();
        return linker
            .defaultLookup()
            .find("ioctl")
            .map(function ->
                linker.downcallHandle(
                    function,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2)));
      } catch (RuntimeException e) {
        return Optional.empty(); // No linker for this platform, or native access is denied.
      }
    }
  }

  /** The width now, at least 1; {@value #USUAL} where the terminal does not tell. */
  @Override
  public int getAsInt() {
    if (Native.IOCTL.isEmpty()) {
      return USUAL;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_LENGTH, Short.BYTES);
      int result = (int) Native.IOCTL.get().invokeExact(STANDARD_ERROR, Native.REQUEST, size);
      int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET));
      return result == 0 && columns > 0 ? columns : USUAL;
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("ioctl throws nothing checked", e);
    }
  }
}
