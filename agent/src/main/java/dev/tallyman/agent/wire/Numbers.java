package dev.tallyman.agent.wire;

/** Reads numbers that have bounds. A faulty one is replaced by the nearest that is not. */
final class Numbers {

  private static final int LAST_PORT = 65535;

  private Numbers() {}

  /** From 0 to the most. */
  static long upTo(String field, long value, long most, FieldFaults faults) {
    if (value < 0) {
      faults.add(field, value, "0 or more");
      return 0;
    }
    if (value > most) {
      faults.add(field, value, "at most " + most);
      return most;
    }
    return value;
  }

  /** As the wire has it, unsigned, from 0 to the most. */
  static int unsignedUpTo(String field, int value, int most, FieldFaults faults) {
    if (Integer.compareUnsigned(value, most) > 0) {
      faults.add(field, Integer.toUnsignedString(value), "at most " + most);
      return most;
    }
    return value;
  }

  /** A port of TCP or UDP. */
  static int port(String field, int value, FieldFaults faults) {
    return port(field, value, 1, "1 to 65535", faults);
  }

  /** A port of TCP or UDP, or 0 for any. */
  static int portOrAny(String field, int value, FieldFaults faults) {
    return port(field, value, 0, "0 to 65535; 0: any", faults);
  }

  /** Permission bits; shown in octal, as people write them. */
  static int mode(String field, int value, FieldFaults faults) {
    if (Integer.compareUnsigned(value, Bounds.MODE) > 0) {
      faults.addDescribed(
          field,
          Integer.toUnsignedString(value, 8) + " octal",
          "at most " + Integer.toOctalString(Bounds.MODE) + " octal");
      return Bounds.MODE;
    }
    return value;
  }

  private static int port(
      String field, int value, int lowest, String expected, FieldFaults faults) {
    if (value < lowest || value > LAST_PORT) {
      faults.add(field, Integer.toUnsignedString(value), expected);
      return LAST_PORT;
    }
    return value;
  }
}
