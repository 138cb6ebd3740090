package dev.tallyman.compose.translate;

import com.google.protobuf.ByteString;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.FileKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The secrets, or the configs, of a project. What is in one is read when the first service asks for
 * it, so that one that nobody uses need not be there.
 */
final class FileObjects {

  private final FileKind kind;
  private final Map<String, Fields> byKey;
  private final Map<String, Optional<ByteString>> read = new HashMap<>();
  private final Project project;
  private final FileContents files;
  private final Findings findings;

  private FileObjects(
      FileKind kind,
      Map<String, Fields> byKey,
      Project project,
      Sources sources,
      Findings findings) {
    this.kind = kind;
    this.byKey = byKey;
    this.project = project;
    this.files = new FileContents(project.directory(), sources, findings);
    this.findings = findings;
  }

  /** The secrets of a project. */
  static FileObjects secrets(Fields top, Project project, Sources sources, Findings findings) {
    Map<String, Fields> byKey = top.named("secrets", ProjectKeys.SECRET);
    return new FileObjects(FileKind.FILE_KIND_SECRET, byKey, project, sources, findings);
  }

  /** The configs of a project. */
  static FileObjects configs(Fields top, Project project, Sources sources, Findings findings) {
    Map<String, Fields> byKey = top.named("configs", ProjectKeys.CONFIG);
    return new FileObjects(FileKind.FILE_KIND_CONFIG, byKey, project, sources, findings);
  }

  /** Which of the two these are. */
  FileKind kind() {
    return kind;
  }

  /** What they are called in a file. */
  String word() {
    return kind == FileKind.FILE_KIND_SECRET ? "secret" : "config";
  }

  /** What is in one; a fault where that cannot be known. */
  Optional<ByteString> content(Placed<String> key) {
    Fields fields = byKey.get(key.value());
    if (fields == null) {
      findings.refuse(
          key,
          "there is no %1$s %2$s under %1$ss:%3$s"
              .formatted(word(), key.value(), Suggestions.didYouMean(key.value(), byKey.keySet())));
      return Optional.empty();
    }
    return read.computeIfAbsent(key.value(), _ -> content(fields));
  }

  private Optional<ByteString> content(Fields fields) {
    boolean external = External.read(fields, findings);
    Optional<Placed<String>> file = fields.text("file");
    Optional<Placed<String>> variable = fields.text("environment");
    Optional<Placed<String>> content =
        kind == FileKind.FILE_KIND_CONFIG ? fields.rawText("content") : Optional.empty();
    fields.close();
    if (external) {
      findings.refuse(
          fields.self(),
          "external: true: not supported: hand it over with the control plane, or name its file:");
      return Optional.empty();
    }
    List<Placed<String>> given =
        Stream.of(file, variable, content).flatMap(Optional::stream).toList();
    if (given.size() != 1) {
      findings.refuse(
          fields.self(),
          "%s (expected: one of file:, environment:%s)"
              .formatted(
                  given.isEmpty() ? "says nothing about what is in it" : "has several contents",
                  kind == FileKind.FILE_KIND_CONFIG ? ", content:" : ""));
      return Optional.empty();
    }
    if (file.isPresent()) {
      return files.read(file.get());
    }
    if (variable.isPresent()) {
      return variable(variable.get());
    }
    return content.flatMap(text -> files.bounded(text, ByteString.copyFromUtf8(text.value())));
  }

  private Optional<ByteString> variable(Placed<String> name) {
    String value = project.environment().get(name.value());
    if (value == null) {
      findings.refuse(
          name,
          "the variable %s is not set; set it in the shell or in .env".formatted(name.value()));
      return Optional.empty();
    }
    return files.bounded(name, ByteString.copyFromUtf8(value));
  }
}
