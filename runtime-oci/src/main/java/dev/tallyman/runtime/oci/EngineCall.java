package dev.tallyman.runtime.oci;

/**
 * What is asked of an engine: decides what an error means, and how it is told.
 *
 * @param verb the kind of request
 * @param subject what it is about, for people; empty if it is about the engine itself
 */
record EngineCall(Verb verb, String subject) {

  enum Verb {
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
    PULL("pull");

    private final String words;

    Verb(String words) {
      this.words = words;
    }
  }

  static EngineCall of(Verb verb) {
    return new EngineCall(verb, "");
  }

  /** As in "could not …". */
  String words() {
    return subject.isEmpty() ? verb.words : verb.words + " " + subject;
  }
}
