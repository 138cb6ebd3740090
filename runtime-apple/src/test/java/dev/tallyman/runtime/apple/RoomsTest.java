package dev.tallyman.runtime.apple;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rooms of the runtime on Apple's container, and which may know of which. */
@AnalyzeClasses(
    packages = "dev.tallyman.runtime.apple",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  private static final String APPLE = "dev.tallyman.runtime.apple";

  /** From top to bottom. A room knows those on the floors below it, and none beside it. */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("containers", "events"),
          Set.of("hosts", "files", "logs", "assets", "images", "system"),
          Set.of("shim"),
          Set.of("cli"),
          Set.of("command"));

  @ArchTest
  static void roomsKnowOnlyTheFloorsBelow(JavaClasses all) {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String room : FLOORS.get(floor)) {
        Stream<String> above =
            FLOORS.subList(0, floor + 1).stream()
                .flatMap(Set::stream)
                .filter(other -> !other.equals(room))
                .map(other -> APPLE + "." + other + "..");
        noClasses()
            .that()
            .resideInAPackage(APPLE + "." + room + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(Stream.concat(Stream.of(APPLE), above).toArray(String[]::new))
            .check(all);
      }
    }
  }
}
