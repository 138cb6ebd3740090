package dev.tallyman.controlplane;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the control plane, and which may look into which. */
@AnalyzeClasses(packagesOf = ControlPlane.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule rooms_look_downwards_only =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("root")
          .definedBy("dev.tallyman.controlplane")
          .layer("sync")
          .definedBy("..sync")
          .layer("fleet")
          .definedBy("..fleet")
          .layer("stream")
          .definedBy("..stream")
          .layer("node")
          .definedBy("..node")
          .layer("auth")
          .definedBy("..auth")
          .layer("store")
          .definedBy("..store")
          .whereLayer("root")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("sync")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("fleet")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("stream")
          .mayOnlyBeAccessedByLayers("sync", "fleet")
          .whereLayer("node")
          .mayOnlyBeAccessedByLayers("root", "sync", "fleet")
          .whereLayer("auth")
          .mayOnlyBeAccessedByLayers("root", "sync", "fleet")
          .whereLayer("store")
          .mayNotAccessAnyLayer();
}
