package dev.tallyman.compose.translate;

import com.google.protobuf.ByteString;
import dev.tallyman.proto.v1.FileKind;
import dev.tallyman.proto.v1.FileMount;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.Optional;

/** Secrets and configs, which become files. */
final class FilesTranslator {

  private static final String SECRETS = "/run/secrets/";
  private static final int ALL_BITS = 0777;
  private static final long MAX_ID = Integer.MAX_VALUE - 1L;

  private final Targets targets;
  private final WorkloadSpec.Builder spec;
  private final Findings findings;

  private FilesTranslator(Targets targets, WorkloadSpec.Builder spec, Findings findings) {
    this.targets = targets;
    this.spec = spec;
    this.findings = findings;
  }

  static void translate(Model model, Service service, Targets targets, WorkloadSpec.Builder spec) {
    FilesTranslator files = new FilesTranslator(targets, spec, model.findings());
    service
        .fields()
        .sections("secrets", ServiceKeys.GRANT)
        .forEach(grant -> files.grant(grant, model.secrets()));
    service
        .fields()
        .sections("configs", ServiceKeys.GRANT)
        .forEach(grant -> files.grant(grant, model.configs()));
  }

  private void grant(Fields grant, FileObjects objects) {
    Optional<Placed<String>> source = grant.text("source");
    Optional<Placed<String>> target = grant.text("target");
    FileMount.Builder file = FileMount.newBuilder().setKind(objects.kind());
    grant
        .text("mode")
        .flatMap(text -> Modes.parse(text, ALL_BITS, findings))
        .ifPresent(file::setMode);
    grant.number("uid", 0, MAX_ID).ifPresent(uid -> file.setUid(uid.value().intValue()));
    grant.number("gid", 0, MAX_ID).ifPresent(gid -> file.setGid(gid.value().intValue()));
    grant.close();
    if (source.isEmpty()) {
      findings.refuse(
          grant.self(), "source: missing (expected: the name of a %s)".formatted(objects.word()));
      return;
    }
    String folder = objects.kind() == FileKind.FILE_KIND_SECRET ? SECRETS : "/";
    Placed<String> path = target.orElse(source.get());
    Placed<String> absolute =
        path.value().startsWith("/") ? path : path.with(folder + path.value());
    Optional<String> place = targets.take(absolute);
    Optional<ByteString> content = objects.content(source.get());
    if (place.isPresent() && content.isPresent()) {
      spec.addFiles(file.setTarget(place.get()).setContent(content.get()));
    }
  }
}
