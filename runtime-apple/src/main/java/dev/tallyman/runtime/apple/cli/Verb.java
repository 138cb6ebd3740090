package dev.tallyman.runtime.apple.cli;

/** What the command is asked to do; an error means another thing for each. */
public enum Verb {
  LOOK("ask"),
  LIST("list containers"),
  CREATE("create"),
  START("start"),
  STOP("stop"),
  DELETE("remove"),
  EXEC("run a command in"),
  LOGS("read the output of"),
  WATCH("watch containers"),
  PULL("pull"),
  IMAGE("inspect image"),
  MAKE_ASSET("make"),
  REMOVE_ASSET("remove"),
  LIST_ASSETS("list networks and volumes"),
  START_SYSTEM("start the system service");

  private final String words;

  Verb(String words) {
    this.words = words;
  }

  /** For people. */
  String words() {
    return words;
  }
}
