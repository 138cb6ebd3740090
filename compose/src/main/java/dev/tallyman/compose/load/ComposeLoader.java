package dev.tallyman.compose.load;

import dev.tallyman.compose.load.assemble.Assembler;
import dev.tallyman.compose.load.assemble.Documents;
import dev.tallyman.compose.load.assemble.Environments;
import dev.tallyman.compose.load.assemble.Scope;
import dev.tallyman.compose.load.assemble.ServiceVariables;
import dev.tallyman.compose.load.assemble.Workshop;
import dev.tallyman.compose.load.check.Consistency;
import dev.tallyman.compose.load.check.Defaults;
import dev.tallyman.compose.load.check.Profiles;
import dev.tallyman.compose.load.files.FileSet;
import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.compose.load.merge.Marks;
import dev.tallyman.compose.load.merge.Merger;
import dev.tallyman.compose.load.shape.ShapeContext;
import dev.tallyman.compose.load.shape.TopShapes;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Loads Compose files. Immutable; may be used by several threads. */
public final class ComposeLoader {

  /** A loader. */
  public ComposeLoader() {}

  /**
   * Loads a project.
   *
   * @throws FaultsException with all faults, each with its place, by file, line and column
   */
  public Project load(LoadRequest request) {
    return new Loading(request).load();
  }

  /** One load. */
  private static final class Loading {
    private final LoadRequest request;
    private final Faults faults = new Faults();
    private final List<Fault> warnings = new ArrayList<>();
    private final FileSet files;
    private final Environments environments;
    private final Workshop workshop;

    Loading(LoadRequest request) {
      this.request = request;
      Path directory = request.projectDirectory();
      Interpolator interpolator = new Interpolator(faults, warnings);
      Marks marks = new Marks();
      this.files = new FileSet(request.sources()::open, directory, faults);
      this.environments = new Environments(files, interpolator, faults);
      Merger merger = new Merger(marks);
      this.workshop =
          new Workshop(
              files,
              new Documents(files, marks, merger, faults),
              interpolator,
              ShapeContext.of(faults, warnings, directory, request.home()),
              marks,
              merger,
              faults);
    }

    Project load() {
      List<Path> mains = request.files().stream().map(this::absolute).toList();
      environments.add(request.environment());
      environments.add(
          environments.read(
              request.envFiles().stream().map(this::absolute).toList(),
              request.projectDirectory(),
              "environment file",
              Variables.of(request.environment())));
      String name =
          new ProjectNames(workshop).find(request, mains, Variables.of(environments.all()));
      Variables variables =
          Variables.of(Map.of(ProjectNames.VARIABLE, name)).or(Variables.of(environments.all()));
      Mapping assembled =
          new Assembler(workshop, environments)
              .assemble(
                  mains, new Scope(request.projectDirectory(), variables), "main file", List.of());
      refuseEmpty(assembled, mains);
      Mapping all = Defaults.complete(complete(assembled), name);
      Mapping enabled = Profiles.enabled(all, request.profiles());
      Consistency.check(all, enabled, faults);
      Mapping model = new ServiceVariables(workshop, variables).resolve(enabled);
      if (!faults.isEmpty()) {
        throw new FaultsException(FaultOrder.sorted(faults.list()));
      }
      return new Project(
          name, model, request.projectDirectory(), files.files(), environments.all(), warnings);
    }

    private Path absolute(Path file) {
      return request.projectDirectory().resolve(file).normalize();
    }

    private void refuseEmpty(Mapping assembled, List<Path> mains) {
      if (assembled.entries().isEmpty() && faults.isEmpty()) {
        faults.add(files.name(mains.getFirst()), "empty (expected: a Compose file)");
      }
    }

    private Mapping complete(Mapping assembled) {
      Trees.entry(assembled, "version")
          .ifPresent(version ->
              warnings.add(
                  new Fault(
                      version.place().toString(),
                      "version: has no meaning any more and can be left out")));
      return TopShapes.file()
                  .complete(workshop.merger().settle(assembled), KeyPath.TOP, workshop.shapes())
              instanceof Mapping completed
          ? completed
          : assembled;
    }
  }
}
