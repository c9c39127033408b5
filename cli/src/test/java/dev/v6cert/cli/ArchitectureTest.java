package dev.v6cert.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** The rules of docs/architecture.md that the compiler does not know. */
@AnalyzeClasses(packages = "dev.v6cert", importOptions = ArchitectureTest.MainSources.class)
class ArchitectureTest {

  /** The sources that ship: neither this module's tests nor the other modules' test jars. */
  static final class MainSources implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  private static final String ROOT = "dev.v6cert";

  /** The most source files of a package; one that grows beyond is split by role. */
  private static final int MOST_FILES = 22;

  /** The most parameters of a method and components of a record; more are grouped. */
  private static final int MOST_PARAMETERS = 7;

  /**
   * The packages, floor by floor, from the roof to the cellar: a package knows only packages of
   * lower floors. A new package is written down here first.
   */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("cli.warmup"),
          Set.of("cli"),
          Set.of("cli.command.ca", "cli.command.dns"),
          Set.of("cli.command"),
          Set.of("cli.localca", "cli.share"),
          Set.of("cli.up"),
          Set.of("cli.report"),
          Set.of("cli.provision"),
          Set.of("cli.plan"),
          Set.of(
              "cli.dns",
              "cli.manual",
              "cli.progress",
              "cli.reachability",
              "cli.schedule",
              "cli.truststore"),
          Set.of("cli.check", "cli.option", "cli.process"),
          Set.of("cli.setting"),
          Set.of("cli.failure"),
          Set.of("cli.terminal", "cli.version"),
          Set.of("proxy"),
          Set.of("proxy.inspect"),
          Set.of("proxy.page"),
          Set.of("proxy.gate", "proxy.upstream"),
          Set.of("proxy.limit"),
          Set.of("dns"),
          Set.of("dns.fast", "dns.http", "dns.pipeline", "dns.supervisor", "dns.warmup"),
          Set.of("dns.journal", "dns.postgres", "dns.telemetry", "dns.transfer", "dns.update"),
          Set.of("dns.content"),
          Set.of("dns.challenge", "dns.health"),
          Set.of("dns.answer", "dns.transport"),
          Set.of("dns.guard", "dns.lookup", "dns.publish", "dns.tsig", "dns.zonefile"),
          Set.of("dns.credential", "dns.file", "dns.privilege", "dns.transport.linux", "dns.wire"),
          Set.of("acme.export", "acme.issue", "acme.renew", "acme.localca.server"),
          Set.of("acme.localca.validation"),
          Set.of("acme.localca.order"),
          Set.of("acme.localca"),
          Set.of("acme.account", "acme.deploy"),
          Set.of("acme.lineage"),
          Set.of("acme.challenge.dns", "acme.client"),
          Set.of("acme.challenge", "acme.state"),
          Set.of("acme"),
          Set.of("acme.hook"),
          Set.of("acme.verify"),
          Set.of("ipv6.selection", "ipv6.router"),
          Set.of("ipv6.detect", "ipv6.firewall", "ipv6.name"),
          Set.of("ipv6"),
          Set.of("base"));

  @ArchTest
  static void seesEveryModule(JavaClasses types) {
    assertThat(types.stream().map(JavaClass::getPackageName))
        .contains("dev.v6cert.ipv6", "dev.v6cert.dns", "dev.v6cert.acme", "dev.v6cert.cli");
  }

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.v6cert.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesKnowOnlyLowerFloors = classes().should(knowOnlyLowerFloors());

  @ArchTest
  static void noPackageHasTooManyFiles(JavaClasses types) {
    Map<String, Long> files =
        types.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

    assertThat(files)
        .allSatisfy((name, count) -> assertThat(count).isLessThanOrEqualTo(MOST_FILES));
  }

  @ArchTest
  static void noMethodOrRecordHasTooManyParameters(JavaClasses types) {
    Map<String, Integer> most = new TreeMap<>();
    for (JavaClass type : types) {
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        boolean written =
            !unit.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !unit.getName().startsWith("lambda$")
                && !type.isEnum();
        int count = unit.getRawParameterTypes().size();
        if (written) {
          most.merge(type.getName().substring(ROOT.length() + 1), count, Math::max);
        }
      }
    }

    assertThat(most)
        .allSatisfy(
            (name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(MOST_PARAMETERS));
  }

  @ArchTest
  static final ArchRule commandHoldsCommandsAndTheirContract =
      classes()
          .that()
          .resideInAPackage("dev.v6cert.cli.command..")
          .and()
          .areTopLevelClasses()
          .and()
          .doNotHaveSimpleName("package-info")
          .should()
          .beAssignableTo(Command.class)
          .orShould()
          .be(Invocation.class);

  @ArchTest
  static final ArchRule ipv6KnowsOnlyTheJdk =
      classes()
          .that()
          .resideInAnyPackage("dev.v6cert.ipv6..", "dev.v6cert.base..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl..",
              "javax.xml..",
              "org.w3c.dom..",
              "org.xml.sax..",
              "org.jspecify..",
              "dev.v6cert.ipv6..",
              "dev.v6cert.base..");

  @ArchTest
  static final ArchRule dnsKnowsNeitherAcmeNorCli =
      noClasses()
          .that()
          .resideInAPackage("dev.v6cert.dns..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.v6cert.acme..", "dev.v6cert.cli..");

  @ArchTest
  static final ArchRule acmeKnowsNeitherDnsNorCli =
      noClasses()
          .that()
          .resideInAPackage("dev.v6cert.acme..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.v6cert.dns..", "dev.v6cert.cli..");

  @ArchTest
  static final ArchRule dnsjavaIsSeenWhereMessagesAreMade =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.v6cert.dns",
              "dev.v6cert.dns.answer",
              "dev.v6cert.dns.challenge",
              "dev.v6cert.dns.content",
              "dev.v6cert.dns.fast",
              "dev.v6cert.dns.health",
              "dev.v6cert.dns.journal",
              "dev.v6cert.dns.lookup",
              "dev.v6cert.dns.pipeline",
              "dev.v6cert.dns.postgres",
              "dev.v6cert.dns.publish",
              "dev.v6cert.dns.telemetry",
              "dev.v6cert.dns.transfer",
              "dev.v6cert.dns.tsig",
              "dev.v6cert.dns.update",
              "dev.v6cert.dns.wire",
              "dev.v6cert.dns.zonefile")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.xbill..");

  @ArchTest
  static final ArchRule acme4jIsSeenWhereAnAuthorityIsAsked =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.v6cert.acme.account", "dev.v6cert.acme.client", "dev.v6cert.acme.issue")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.shredzone..");

  @ArchTest
  static final ArchRule bouncyCastleIsSeenWhereCertificatesAreMadeAndForeignKeysChecked =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.v6cert.acme.challenge",
              "dev.v6cert.acme.issue",
              "dev.v6cert.acme.localca",
              "dev.v6cert.acme.localca.order",
              "dev.v6cert.dns.credential")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule undertowIsSeenWhereHttpIsServed =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.v6cert.acme.challenge",
              "dev.v6cert.acme.localca.server",
              "dev.v6cert.dns.http",
              "dev.v6cert.proxy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.undertow..", "org.xnio..");

  @ArchTest
  static final ArchRule proxyKnowsNoCommand =
      noClasses()
          .that()
          .resideInAPackage("dev.v6cert.proxy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.v6cert.cli..", "dev.v6cert.acme..");

  @ArchTest
  static final ArchRule qrCodesAreMadeInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.cli.up")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nayuki..");

  @ArchTest
  static final ArchRule prometheusIsSeenInTelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.dns.telemetry")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..");

  @ArchTest
  static final ArchRule picocliIsSeenWhereArgumentsAreParsed =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.cli.setting")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule nativeCodeIsCalledInFewPlaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.v6cert.cli.terminal",
              "dev.v6cert.dns.privilege",
              "dev.v6cert.dns.supervisor",
              "dev.v6cert.dns.transport.linux",
              "dev.v6cert.ipv6.detect")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..");

  @ArchTest
  static final ArchRule sqlIsSpokenInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.dns.postgres")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer..");

  @ArchTest
  static final ArchRule onlyCliTouchesTheStandardStreams =
      noClasses().that().resideOutsideOfPackage("dev.v6cert.cli..").should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule onlyCliEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.cli..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule everyClassIsInANullMarkedPackage =
      classes().should(beInANullMarkedPackage());

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a null-marked package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(new SimpleConditionEvent(type, marked, type.getPackageName()));
      }
    };
  }

  private static ArchCondition<JavaClass> knowOnlyLowerFloors() {
    return new ArchCondition<>("know only packages of lower floors") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        int own = floor(type);
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.getPackageName().startsWith(ROOT)
              && !target.getPackageName().equals(type.getPackageName())) {
            events.add(
                new SimpleConditionEvent(type, own < floor(target), dependency.getDescription()));
          }
        }
      }
    };
  }

  private static int floor(JavaClass type) {
    String name = type.getPackageName().substring(ROOT.length() + 1);
    for (int i = 0; i < FLOORS.size(); i++) {
      if (FLOORS.get(i).contains(name)) {
        return i;
      }
    }
    throw new AssertionError("the package " + name + " is on no floor of this test");
  }
}
