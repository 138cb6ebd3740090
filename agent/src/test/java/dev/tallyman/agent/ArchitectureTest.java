package dev.tallyman.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.tallyman.agent.inbox.Inbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/** The rooms of the agent, and which may know of which. */
@AnalyzeClasses(
    packages = "dev.tallyman.agent",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String AGENT = "dev.tallyman.agent";

  /** From top to bottom. A room knows those on the floors below it, and none beside it. */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("api", "report", "metrics"),
          Set.of("loop"),
          Set.of("roster"),
          Set.of("feed", "actuate", "observe", "health", "state"),
          Set.of("wire", "manifest", "inbox", "telemetry", "host"),
          Set.of("plan"),
          Set.of("model"));

  @ArchTest
  static void roomsKnowOnlyTheFloorsBelow(JavaClasses all) {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String room : FLOORS.get(floor)) {
        List<String> forbidden = new ArrayList<>();
        forbidden.add(AGENT);
        FLOORS.subList(0, floor + 1).stream()
            .flatMap(Set::stream)
            .filter(other -> !other.equals(room))
            .map(other -> AGENT + "." + other + "..")
            .forEach(forbidden::add);
        noClasses()
            .that()
            .resideInAPackage(AGENT + "." + room + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(forbidden.toArray(String[]::new))
            .allowEmptyShould(true)
            .as("Room " + room + " knows only the floors below it")
            .check(all);
      }
    }
  }

  @ArchTest
  static void everyRoomHasItsFloor(JavaClasses all) {
    Set<String> rooms = new TreeSet<>();
    FLOORS.forEach(rooms::addAll);
    classes()
        .that()
        .resideOutsideOfPackage(AGENT)
        .should()
        .resideInAnyPackage(
            rooms.stream().map(room -> AGENT + "." + room + "..").toArray(String[]::new))
        .check(all);
  }

  @ArchTest
  static void roomsFormNoCircles(JavaClasses all) {
    slices().matching(AGENT + ".(*)..").should().beFreeOfCycles().check(all);
  }

  @ArchTest
  static void decisionsArePure(JavaClasses all) {
    noClasses()
        .that()
        .resideInAnyPackage(AGENT + ".model", AGENT + ".plan")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.grpc..",
                    "io.netty..",
                    "com.google.protobuf..",
                    "dev.tallyman.proto..",
                    "java.io..",
                    "java.nio..",
                    "java.net..",
                    "java.util.concurrent..",
                    "org.slf4j..")
                .or(
                    DescribedPredicate.describe(
                        "threads", type -> type.isEquivalentTo(Thread.class))))
        .because("everything that the agent decides can be tested as a table of values")
        .check(all);
  }

  @ArchTest
  static void timeAndChanceAreHandedIn(JavaClasses all) {
    noClasses()
        .that()
        // The composition root is where they are handed in.
        .doNotHaveFullyQualifiedName(Agent.class.getName())
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .callMethod(ThreadLocalRandom.class, "current")
        .check(all);
    noClasses()
        .that()
        .resideInAnyPackage(
            AGENT + ".model",
            AGENT + ".plan",
            AGENT + ".wire",
            AGENT + ".inbox",
            AGENT + ".manifest")
        .should()
        .callMethod(System.class, "nanoTime")
        .check(all);
  }

  @ArchTest
  static void onlyTheLoopTakesFromTheInbox(JavaClasses all) {
    noClasses()
        .that()
        .resideOutsideOfPackage(AGENT + ".loop")
        .should()
        .callMethod(Inbox.class, "take", Duration.class)
        .because("there is one writer of the agent's state")
        .check(all);
  }

  @ArchTest
  static void messagesStayAtTheEdges(JavaClasses all) {
    noClasses()
        .that()
        .resideInAnyPackage(
            AGENT + ".loop", AGENT + ".actuate", AGENT + ".observe", AGENT + ".inbox")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tallyman.proto..", "com.google.protobuf..", "io.grpc..", "io.netty..")
        .because("the wire's words are turned into the agent's own before they come in")
        .check(all);
  }

  @ArchTest
  static void nothingIsNullByAccident(JavaClasses all) {
    ArchCondition<JavaClass> liveInAMarkedPackage =
        new ArchCondition<>("live in a package that is marked @NullMarked") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
            events.add(
                new SimpleConditionEvent(
                    type, marked, type.getPackageName() + " has no @NullMarked package-info"));
          }
        };
    classes()
        .that(not(resideInAPackage("dev.tallyman.agent.state.v1..")))
        .should(liveInAMarkedPackage)
        .check(all);
  }
}
