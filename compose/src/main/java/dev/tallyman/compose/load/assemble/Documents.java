package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.files.FileSet;
import dev.tallyman.compose.load.merge.Marks;
import dev.tallyman.compose.load.merge.Merger;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlDocument;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The mappings that files consist of, as they are written. For one thread. */
public final class Documents {

  private final FileSet files;
  private final Marks marks;
  private final Merger merger;
  private final Faults faults;
  private final Map<Path, List<Mapping>> known = new HashMap<>();

  /**
   * No documents yet.
   *
   * @param marks gets the marks of every document
   */
  public Documents(FileSet files, Marks marks, Merger merger, Faults faults) {
    this.files = files;
    this.marks = marks;
    this.merger = merger;
    this.faults = faults;
  }

  /**
   * The documents of a file. One that is no mapping is a fault.
   *
   * @param where who asks for the file
   */
  public List<Mapping> of(Path file, String where) {
    List<Mapping> before = known.get(file);
    if (before != null) {
      return before;
    }
    List<Mapping> roots = new ArrayList<>();
    for (YamlDocument document : files.documents(file, where)) {
      marks.add(document);
      if (!(document.value() instanceof Mapping)) {
        faults.add(
            document.value().place().toString(),
            document.value().kindName() + " (expected: a mapping, a Compose file)");
      } else if (merger.hollow(document.value()) instanceof Mapping root) {
        roots.add(root);
      }
    }
    known.put(file, List.copyOf(roots));
    return roots;
  }
}
