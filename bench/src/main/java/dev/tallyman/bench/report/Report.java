package dev.tallyman.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All findings of a run, and where and with what they were made. Safe for one thread. */
public final class Report {

  private static final Gson JSON = new GsonBuilder().setPrettyPrinting().create();

  private final Instant began;
  private final Map<String, String> facts;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * A report of nothing yet.
   *
   * @param facts machine, versions and commit, as they are to stand in the file
   */
  public Report(Instant began, Map<String, String> facts) {
    this.began = began;
    this.facts = Map.copyOf(facts);
  }

  public void add(Finding finding) {
    findings.add(finding);
  }

  /** Adds a sentence that a reader of the numbers must know. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** Writes everything with all samples. */
  public void write(Path file) throws IOException {
    JsonObject all = new JsonObject();
    all.addProperty("began", began.toString());
    JsonObject where = new JsonObject();
    facts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(fact -> where.addProperty(fact.getKey(), fact.getValue()));
    all.add("facts", where);
    JsonArray list = new JsonArray();
    findings.forEach(finding -> list.add(json(finding)));
    all.add("findings", list);
    JsonArray said = new JsonArray();
    notes.forEach(said::add);
    all.add("notes", said);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, JSON.toJson(all) + "\n");
  }

  private static JsonObject json(Finding finding) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", finding.scenario());
    json.addProperty("setting", finding.setting());
    json.add("series", json(finding.series()));
    finding.peer().ifPresent(peer -> json.add("peer", json(peer)));
    finding.ratio().ifPresent(ratio -> json.add("ratio", json(ratio)));
    JsonArray goals = new JsonArray();
    for (Goal goal : finding.goals()) {
      JsonObject one = new JsonObject();
      one.addProperty("of", goal.of().word());
      one.addProperty("at_most", goal.atMost());
      finding.keeps(goal).ifPresent(keeps -> one.addProperty("kept", keeps));
      goals.add(one);
    }
    json.add("goals", goals);
    return json;
  }

  private static JsonObject json(Series series) {
    JsonObject json = new JsonObject();
    json.addProperty("name", series.name());
    json.addProperty("unit", series.unit().word());
    json.addProperty("min", series.min());
    json.addProperty("median", series.median());
    json.addProperty("p99", series.percentile(99));
    json.addProperty("max", series.max());
    JsonArray samples = new JsonArray();
    series.samples().forEach(samples::add);
    json.add("samples", samples);
    return json;
  }
}
