package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading the store, damaged and whole. */
class CertificateStoreTest extends StoreFixture {

  @Test
  void aDirectoryThatIsNotThereFindsNothingAndMakesNothing() throws Exception {
    assertThat(store.lineages()).isEmpty();
    assertThat(directory.root()).doesNotExist();
  }

  @Test
  void givesBackWhatWasCommitted() throws Exception {
    Lineage committed = commit();
    assertThat(store.find(NAME)).contains(new StoredLineage.Loaded(committed));
    assertThat(store.lineages()).containsExactly(new StoredLineage.Loaded(committed));
    assertThat(committed.plan()).isEqualTo(plan());
    assertThat(committed.generation().orElseThrow().subjects()).isEqualTo(request().subjects());
    assertThat(committed.renewalState().hookPending()).isTrue();
    store.verify(NAME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u0000\u0001\u0002",
        "format-version=x",
        "format-version=1\n",
        "format-version=1\nauthority=letsencrypt\nsubjects=a.test\nkey-type=dsa",
        "\\u12"
      })
  void saysThatAFileIsDamaged(String text) throws Exception {
    commit();
    Files.writeString(properties(), text);
    assertThat(damage().problem()).isEqualTo(StateProblem.CORRUPT);
    assertThat(damage().path()).isEqualTo(properties());
  }

  @Test
  void keepsTwoAddressesInAFormatThatOlderVersionsRefuse() throws Exception {
    AddressPlan both =
        new AddressPlan(
            Ipv6Address.parse("2001:db8::1"),
            Optional.of(Ipv4Address.parse("198.51.100.7")),
            Optional.of(HostName.of("198-51-100-7.2001-db8--1.a.test")),
            Optional.empty(),
            Optional.empty(),
            false);
    try (StateLock lock = StateLock.acquire(directory)) {
      Lineage _ = commit(lock, plan().following(both));
    }

    assertThat(store.loaded(NAME).orElseThrow().plan().follows()).contains(both);
    assertThat(Files.readString(properties())).contains("format-version=5");
  }

  @Test
  void refusesANewerFormat() throws Exception {
    commit();
    Files.writeString(
        properties(),
        Files.readString(properties()).replace("format-version=3", "format-version=1000"));
    assertThat(damage().problem()).isEqualTo(StateProblem.NEWER_FORMAT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"privkey.pem", "fullchain.pem"})
  void saysThatAFileIsEmptyOrMissing(String name) throws Exception {
    Path file = commit().live().resolve(name);
    Files.writeString(file, "");
    assertThat(damage().detail()).isEqualTo("it is empty");
    Files.delete(file);
    assertThat(damage().detail()).isEqualTo("it is missing");
    assertThat(damage().problem()).isEqualTo(StateProblem.CORRUPT);
    assertThat(damage().path().getFileName()).hasToString(name);
  }

  @Test
  void believesTheCertificateWhereTheFileIsOfAnotherGeneration() throws Exception {
    Lineage committed = commit();
    Files.writeString(
        properties(), Files.readString(properties()).replace("generation=1", "generation=2"));
    StoredLineage.Loaded sound = (StoredLineage.Loaded) store.find(NAME).orElseThrow();
    assertThat(sound.lineage().generation().orElseThrow().serial())
        .isEqualTo(committed.generation().orElseThrow().serial());
  }
}
