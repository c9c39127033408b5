package dev.v6cert.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** The rules of docs/architecture.md that the compiler does not know. */
@AnalyzeClasses(packages = "dev.v6cert", importOptions = ArchitectureTest.MainSources.class)
class ArchitectureTest {

  /** What ships: neither this module's tests nor the other modules' test jars. */
  static final class MainSources implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static void seesEveryModule(JavaClasses types) {
    assertThat(types.stream().map(JavaClass::getPackageName))
        .contains("dev.v6cert.ipv6", "dev.v6cert.dns", "dev.v6cert.acme", "dev.v6cert.cli");
  }

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.v6cert.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ipv6KnowsOnlyTheJdk =
      classes()
          .that()
          .resideInAnyPackage("dev.v6cert.ipv6..", "dev.v6cert.base..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
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
  static final ArchRule dnsjavaStaysInsideDns =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.dns..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.xbill..");

  @ArchTest
  static final ArchRule acmeLibrariesStayInsideAcme =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.v6cert.acme..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.shredzone..", "org.bouncycastle..", "io.undertow..");

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
}
