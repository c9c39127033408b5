package dev.v6cert.dns.privilege;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.SystemHeaders;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UserLayoutIT {
  @ParameterizedTest
  @EnumSource
  void usersAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    SystemHeaders headers =
        new SystemHeaders("stddef.h", "pwd.h", "grp.h", "unistd.h", "sys/prctl.h");
    headers.claimConstants(
        ProcessUser.class,
        Map.of(
            "UID_OFFSET", "offsetof(struct passwd, pw_uid)",
            "GID_OFFSET", "offsetof(struct passwd, pw_gid)"));
    headers.claim("sizeof(uid_t)", Integer.BYTES);
    headers.claim("sizeof(gid_t)", Integer.BYTES);
    headers.claim("sizeof(size_t)", Long.BYTES);
    assertThat(headers.refutedBy(target)).isEmpty();
  }
}
