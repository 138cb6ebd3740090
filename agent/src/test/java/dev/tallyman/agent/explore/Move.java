package dev.tallyman.agent.explore;

/** One thing that happens next in a {@link World}. Its text is a line of a story. */
sealed interface Move {

  /** How much of the world's budget of faults it takes. */
  default int cost() {
    return 0;
  }

  /** Whether it happens also when nothing goes wrong and nobody wants anything new. */
  default boolean isCalm() {
    return cost() == 0;
  }

  /** What it is, for people. */
  String words();

  /** The agent is started. */
  record Start() implements Move {
    @Override
    public String words() {
      return "the agent is started";
    }
  }

  /** The agent is killed. */
  record Crash() implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return "the agent is killed";
    }
  }

  /** The agent's disk is lost while it does not run. */
  record LoseDisk() implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return "the state directory is deleted";
    }
  }

  /** The next thing that people want. */
  record Want(String what) implements Move {
    @Override
    public boolean isCalm() {
      return false;
    }

    @Override
    public String words() {
      return what;
    }
  }

  /** An operator ends a drain. */
  record Resume() implements Move {
    @Override
    public String words() {
      return "the operator resumes the node";
    }
  }

  /** The feed speaks for the first time since the agent started. */
  record Hear() implements Move {
    @Override
    public String words() {
      return "the control plane connects and says what it wants";
    }
  }

  /** An action goes one request further. */
  record Step(String uid, Strike strike) implements Move {
    @Override
    public int cost() {
      return strike.cost();
    }

    @Override
    public String words() {
      return "the action for " + uid + " goes on" + strike.words();
    }
  }

  /** An engine does what it left unanswered. */
  record DoLate() implements Move {
    @Override
    public String words() {
      return "the engine does at last what it was asked for";
    }
  }

  /** The agent hears an event. */
  record Hint(String uid, String engine, Telling telling) implements Move {
    @Override
    public int cost() {
      return telling == Telling.ONCE ? 0 : 1;
    }

    @Override
    public String words() {
      return switch (telling) {
        case ONCE -> "the event about " + uid + " arrives";
        case TWICE -> "the event about " + uid + " arrives, and will once more";
        case NEVER -> "the event about " + uid + " gets lost";
        case SLOWLY -> "the event about " + uid + " arrives, and the look that follows is slow";
      };
    }
  }

  /** What becomes of an event. */
  enum Telling {
    ONCE,
    TWICE,
    NEVER,
    SLOWLY
  }

  /** An answer arrives that was given a while ago. */
  record Arrive() implements Move {
    @Override
    public String words() {
      return "the slow answer arrives";
    }
  }

  /** An engine is listed. */
  record ListAll(String engine, Listing listing) implements Move {
    @Override
    public int cost() {
      return listing == Listing.RIGHT ? 0 : 1;
    }

    @Override
    public String words() {
      return switch (listing) {
        case RIGHT -> engine + " is listed";
        case SLOW -> engine + " is listed, and the answer is slow";
        case REPEATING -> engine + " is listed, with everything twice";
        case MISSING -> engine + " is listed, with its first container missing";
      };
    }
  }

  /** What a list is like. */
  enum Listing {
    RIGHT,
    SLOW,
    REPEATING,
    MISSING
  }

  /** The next file is written. */
  record Write() implements Move {
    @Override
    public String words() {
      return "the next file is written";
    }
  }

  /** The next file cannot be written now. */
  record WriteFails() implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return "the next file cannot be written";
    }
  }

  /** The disk becomes slow: files are written at any later time. */
  record Stall() implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return "the disk becomes slow";
    }
  }

  /** The next time comes for which something waits. */
  record Wait() implements Move {
    @Override
    public String words() {
      return "time passes";
    }
  }

  /** A program has done its work. */
  record Finish(String uid, String engine, int code) implements Move {
    @Override
    public String words() {
      return "the program of " + uid + " ends with exit code " + code;
    }
  }

  /** A process is killed by somebody. */
  record Die(String uid, String engine) implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return "the process of " + uid + " dies";
    }
  }

  /** A container is removed by somebody. */
  record Vanish(String uid, String engine) implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return "somebody removes the container of " + uid;
    }
  }

  /** An engine goes away; its containers live on. */
  record Leave(String engine) implements Move {
    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String words() {
      return engine + " goes away";
    }
  }

  /** It comes back. */
  record Return(String engine) implements Move {
    @Override
    public String words() {
      return engine + " comes back";
    }
  }

  /** The agent notices that it cannot talk to an engine. */
  record Miss(String engine) implements Move {
    @Override
    public String words() {
      return "the agent notices that " + engine + " does not answer";
    }
  }

  /** The agent connects to an engine again, and lists it. */
  record Connect(String engine) implements Move {
    @Override
    public String words() {
      return "the agent connects to " + engine + " and lists it";
    }
  }
}
