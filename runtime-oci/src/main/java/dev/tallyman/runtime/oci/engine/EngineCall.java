package dev.tallyman.runtime.oci.engine;

/**
 * What is asked of an engine: decides what an error means, and how it is told.
 *
 * @param verb the kind of request
 * @param subject what it is about, for people; empty if it is about the engine itself
 */
public record EngineCall(Verb verb, String subject) {

  public enum Verb {
    PING("reach the engine"),
    INFO("ask the engine about itself"),
    LIST("list the instances"),
    INSPECT("look at"),
    CREATE("create"),
    START("start"),
    STOP("stop"),
    KILL("kill"),
    REMOVE("remove"),
    EVENTS("subscribe to events"),
    IMAGE("look for image"),
    PULL("pull"),
    FIND_ASSET("look for"),
    MAKE_ASSET("make"),
    REMOVE_ASSET("remove"),
    CONNECT("connect"),
    EXEC("run a command in"),
    LOGS("read the output of");

    private final String words;

    Verb(String words) {
      this.words = words;
    }
  }

  public static EngineCall of(Verb verb) {
    return new EngineCall(verb, "");
  }

  /** As in "could not …". */
  public String words() {
    return subject.isEmpty() ? verb.words : verb.words + " " + subject;
  }
}
