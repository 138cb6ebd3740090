package dev.tallyman.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may use which, and which rooms of the command may use which. */
@AnalyzeClasses(packages = "dev.tallyman", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String PROTO = "dev.tallyman.proto..";
  private static final String CONFIG = "dev.tallyman.config..";
  private static final String COMPOSE = "dev.tallyman.compose..";
  private static final String TRANSPORT = "dev.tallyman.transport..";
  private static final String SPI = "dev.tallyman.runtime";
  private static final String OCI = "dev.tallyman.runtime.oci..";
  private static final String APPLE = "dev.tallyman.runtime.apple..";
  private static final String CONTROL_PLANE = "dev.tallyman.controlplane..";
  private static final String AGENT = "dev.tallyman.agent..";
  private static final String CLI = "dev.tallyman.cli..";

  @ArchTest static final ArchRule PROTO_STANDS_ALONE = mayUse(PROTO);

  @ArchTest static final ArchRule CONFIG_STANDS_ALONE = mayUse(CONFIG);

  @ArchTest
  static final ArchRule COMPOSE_FILES_BECOME_WORKLOADS_OF_THE_CONTRACT =
      mayUse(COMPOSE, PROTO, CONFIG);

  @ArchTest static final ArchRule TRANSPORT_STANDS_ALONE = mayUse(TRANSPORT);

  @ArchTest static final ArchRule THE_RUNTIME_SEAM_STANDS_ALONE = mayUse(SPI);

  @ArchTest static final ArchRule ENGINES_USE_THE_RUNTIME_SEAM = mayUse(OCI, SPI);

  @ArchTest static final ArchRule APPLES_CONTAINER_USES_THE_RUNTIME_SEAM = mayUse(APPLE, SPI);

  @ArchTest
  static final ArchRule THE_CONTROL_PLANE_KNOWS_NO_AGENT =
      mayUse(CONTROL_PLANE, PROTO, CONFIG, TRANSPORT);

  @ArchTest
  static final ArchRule THE_AGENT_KNOWS_NO_CONTROL_PLANE_AND_NO_COMMANDS =
      mayUse(AGENT, "dev.tallyman.state..", COMPOSE, PROTO, CONFIG, TRANSPORT, SPI, OCI, APPLE);

  @ArchTest
  static final ArchRule ROOMS_HAVE_NO_CYCLES =
      slices().matching("dev.tallyman.(config|cli|transport).(*)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule SETTINGS_ARE_BUILT_ON_FAULTS_QUANTITIES_AND_YAML =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.tallyman.config.fault",
              "dev.tallyman.config.quantity",
              "dev.tallyman.config.yaml")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.tallyman.config");

  /** What is loaded with the daemons takes longer to load than a question takes to be answered. */
  @ArchTest
  static final ArchRule QUICK_COMMANDS_TOUCH_NO_DAEMON =
      noClasses()
          .that()
          .resideInAPackage(CLI)
          .and()
          .resideOutsideOfPackages(
              "dev.tallyman.cli.daemon..", "dev.tallyman.cli.doctor..", "dev.tallyman.cli.sweep..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CONTROL_PLANE,
              "dev.tallyman.agent",
              "dev.tallyman.agent.loop..",
              "dev.tallyman.runtime..",
              "org.slf4j..",
              "ch.qos.logback..");

  @ArchTest
  static final ArchRule COMMANDS_STAND_ABOVE_THE_ROOMS =
      noClasses()
          .that()
          .resideInAPackage("dev.tallyman.cli.(*)")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.tallyman.cli");

  @ArchTest
  static final ArchRule OUTPUT_KNOWS_NO_OTHER_ROOM =
      noClasses()
          .that()
          .resideInAPackage("dev.tallyman.cli.output")
          .should()
          .dependOnClassesThat(
              resideInAPackage(CLI).and(resideOutsideOfPackages("dev.tallyman.cli.output")));

  /** Of all that is ours, the module uses nothing but itself and these. */
  private static ArchRule mayUse(String module, String... others) {
    String[] allowed = new String[others.length + 1];
    System.arraycopy(others, 0, allowed, 0, others.length);
    allowed[others.length] = module;
    return noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.tallyman..").and(resideOutsideOfPackages(allowed)));
  }
}
