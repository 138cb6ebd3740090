package dev.tallyman.compose.translate;

import dev.tallyman.compose.load.Project;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.Enforcement;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes workloads of a project in the specification's long form. Immutable.
 *
 * <p>Every key is translated, or is without effect on what runs, or is refused; {@code
 * docs/compose.md} has the list. The same project gives the same workloads, and a workload keeps
 * its uid whatever changes about it, unless its changed form is to start beside the former one.
 */
public final class Translator {

  /** A translator. */
  public Translator() {}

  /**
   * Translates a project.
   *
   * @throws dev.tallyman.config.fault.FaultsException with all faults, each with its place
   */
  public Stack translate(Project project, TranslateOptions options) {
    Findings findings = new Findings();
    Fields top =
        new Fields(project.model(), project.model().place(), "", ProjectKeys.TOP, findings);
    String stack = stack(project, top, findings);
    Optional<Fields> extension = top.section(Extension.KEY, Extension.FILE);
    Placed<Policy> policy =
        extension
            .flatMap(fields -> Extension.policy(fields, findings))
            .orElse(top.self().with(Policy.DEFAULT));
    Model model =
        new Model(
            project,
            options.sources(),
            ServicesReader.read(top, policy, findings),
            Networks.read(top, findings),
            Volumes.read(top, findings),
            FileObjects.secrets(top, project, options.sources(), findings),
            FileObjects.configs(top, project, options.sources(), findings),
            findings);
    Optional<Enforcement> enforcement =
        extension.flatMap(fields -> Extension.enforcement(fields, findings));
    Optional<Stack.OnFailure> onFailure =
        extension.flatMap(fields -> Extension.onFailure(fields, findings));
    extension.ifPresent(Fields::close);
    top.close();
    warnOfNearMisses(project, model);
    List<Workload> workloads = workloads(stack, model, enforcement);
    findings.throwIfAny();
    return new Stack(
        stack,
        workloads,
        onFailure,
        Stream.concat(project.warnings().stream(), findings.warnings().stream()).toList());
  }

  private static String stack(Project project, Fields top, Findings findings) {
    Placed<String> name =
        top.text("name").orElse(new Placed<>("", top.place(), "name")).with(project.name());
    Optional<String> stack = Names.stack(name.value());
    if (stack.isEmpty()) {
      findings.bad(name, "1 to 63 of a-z, 0-9, - and _, at least one a letter or digit");
    }
    return stack.orElse("x");
  }

  private static List<Workload> workloads(
      String stack, Model model, Optional<Enforcement> enforcement) {
    Findings findings = model.findings();
    PortsTranslator ports = new PortsTranslator(findings);
    Drafts drafts =
        new Drafts(
            model.services().values().stream()
                .map(service ->
                    new Draft(
                        service,
                        spec(model, service, enforcement),
                        ports.translate(service),
                        UpdateTranslator.translate(service, findings)))
                .toList());
    AliasConflicts.addLinks(drafts, findings);
    AliasConflicts.check(drafts, findings);
    FactTemplates templates = new FactTemplates(drafts, findings);
    templates.translate();
    Dependencies dependencies = new Dependencies(drafts, templates.used(), findings);
    List<Workload> workloads = new ArrayList<>();
    for (Draft draft : drafts.all()) {
      Workload.Builder workload =
          Workload.newBuilder()
              .setStack(stack)
              .putAllLabels(Labels.read(draft.service().fields(), findings))
              .addAllDependencies(dependencies.of(draft.service()));
      draft.update().ifPresent(update -> workload.setUpdate(update.policy()));
      StartFirst.check(draft, findings);
      boolean startsFirst = draft.update().flatMap(UpdateTranslator.Update::startFirst).isPresent();
      List<String> names = draft.service().workloads();
      for (int i = 0; i < names.size(); i++) {
        workload
            .setName(names.get(i))
            .setUid(Names.uid(stack, names.get(i)))
            .setSpec(draft.spec().clone().addAllPorts(draft.ports().get(i)));
        Workload built =
            startsFirst
                ? workload.setUid(StartFirst.uid(workload.build())).build()
                : workload.build();
        Sizes.check(draft.service(), built, findings);
        workloads.add(built);
      }
      closeAll(draft.service());
    }
    return workloads;
  }

  private static WorkloadSpec.Builder spec(
      Model model, Service service, Optional<Enforcement> enforcement) {
    Findings findings = model.findings();
    WorkloadSpec.Builder spec = WorkloadSpec.newBuilder();
    ImageTranslator.translate(service, spec, findings);
    ProcessTranslator.translate(service, spec, findings);
    ResourcesTranslator.translate(service, spec, findings);
    KernelTranslator.translate(service, spec, findings);
    NetworkingTranslator.translate(model, service, spec);
    Targets targets = new Targets(findings);
    MountsTranslator.translate(model, service, targets, spec);
    FilesTranslator.translate(model, service, targets, spec);
    SecurityTranslator.translate(model, service, spec);
    RestartTranslator.translate(service, spec, findings);
    ProbesTranslator.translate(service, spec, findings);
    PolicyRules.apply(service, spec, findings);
    service.fields().text("container_name").ifPresent(name -> spec.setInstanceName(name.value()));
    service
        .extension()
        .flatMap(fields -> fields.text("runtime"))
        .ifPresent(runtime -> spec.setRuntime(Form.RUNTIME.check(runtime, findings)));
    service
        .extension()
        .flatMap(fields -> Extension.enforcement(fields, findings))
        .or(() -> enforcement)
        .ifPresent(spec::setEnforcement);
    return spec;
  }

  private static void closeAll(Service service) {
    service.fields().close();
    service.deploy().ifPresent(Fields::close);
    service.extension().ifPresent(Fields::close);
  }

  /** An extension that is nobody's is silently ignored, and so would ours be when mistyped. */
  private static void warnOfNearMisses(Project project, Model model) {
    Stream.concat(
            project.model().entries().stream()
                .map(entry -> new Placed<>(entry.key(), entry.place(), entry.key())),
            model.services().values().stream().flatMap(service -> service.fields().extensions()))
        .filter(key -> key.value().startsWith("x-") && !key.value().equals(Extension.KEY))
        .filter(key -> Suggestions.nearest(key.value(), List.of(Extension.KEY)).isPresent())
        .forEach(key ->
            model
                .findings()
                .warn(
                    key.place(),
                    key.path(),
                    "is ignored; did you mean %s?".formatted(Extension.KEY)));
  }
}
