package dev.v6cert.dns.privilege;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.v6cert.dns.privilege.PrivilegeFailure.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/** The user that this process runs as, on Linux. */
public final class ProcessUser {
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  /** The head of {@code struct passwd}: name, password, user and group. */
  private static final long UID_OFFSET = 2 * ADDRESS.byteSize();

  private static final long GID_OFFSET = UID_OFFSET + JAVA_INT.byteSize();

  private static final FunctionDescriptor LOOKUP = FunctionDescriptor.of(ADDRESS, ADDRESS);
  private static final FunctionDescriptor GROUPS =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor IDS =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor PRCTL =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final Linker linker = Linker.nativeLinker();

  private ProcessUser() {}

  /**
   * Turns the process, all its threads, from root into another user, for good: no other groups, no
   * capabilities, and none of them ever again for programs that it may start.
   *
   * @param name the name of the user
   * @throws PrivilegeFailure when that is not possible; nothing must be served then
   */
  public static void become(String name) throws PrivilegeFailure {
    new ProcessUser().change(name);
  }

  private void change(String name) throws PrivilegeFailure {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new PrivilegeFailure(Reason.REFUSED, "becoming another user needs Linux");
    }
    if (call("geteuid", FunctionDescriptor.of(JAVA_INT)) instanceof Integer me && me != 0) {
      throw new PrivilegeFailure(Reason.NOT_ROOT, "only root can become " + name);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment user = user(arena, name);
      int uid = user.get(JAVA_INT, UID_OFFSET);
      int gid = user.get(JAVA_INT, GID_OFFSET);
      // The group first: afterwards the right to change it is gone. The C library changes the user
      // and groups of every thread; the last flag is that of this thread and of those it starts.
      require("setgroups", call("setgroups", GROUPS, 1L, arena.allocateFrom(JAVA_INT, gid)));
      require("setresgid", call("setresgid", IDS, gid, gid, gid));
      require("setresuid", call("setresuid", IDS, uid, uid, uid));
      require("prctl", call("prctl", PRCTL, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
      if (uid != 0 && call("setresuid", IDS, 0, 0, 0).equals(0)) {
        throw new PrivilegeFailure(Reason.REFUSED, "the process could become root again");
      }
    }
  }

  @SuppressWarnings("restricted") // The layout is that of the C library on Linux.
  private MemorySegment user(Arena arena, String name) throws PrivilegeFailure {
    Object found = call("getpwnam", LOOKUP, arena.allocateFrom(name));
    if (!(found instanceof MemorySegment user) || user.equals(MemorySegment.NULL)) {
      throw new PrivilegeFailure(Reason.NO_SUCH_USER, "there is no user " + name);
    }
    return user.reinterpret(GID_OFFSET + JAVA_INT.byteSize());
  }

  private static void require(String function, Object result) throws PrivilegeFailure {
    if (!result.equals(0)) {
      throw new PrivilegeFailure(Reason.REFUSED, "the system refuses " + function);
    }
  }

  @SuppressWarnings("restricted") // The JDK has no way to change the user.
  private Object call(String function, FunctionDescriptor descriptor, Object... arguments)
      throws PrivilegeFailure {
    MemorySegment address =
        linker
            .defaultLookup()
            .find(function)
            .orElseThrow(
                () -> new PrivilegeFailure(Reason.REFUSED, "the system has no " + function));
    try {
      return linker.downcallHandle(address, descriptor).invokeWithArguments(arguments);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new PrivilegeFailure(Reason.REFUSED, function + ": " + e.getMessage());
    }
  }
}
