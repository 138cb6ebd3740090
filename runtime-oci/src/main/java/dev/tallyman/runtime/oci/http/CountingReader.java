package dev.tallyman.runtime.oci.http;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Reads JSON of so many values and no more. A value of three bytes takes fifty in memory, so that a
 * bound of bytes alone does not bound what an answer costs.
 */
final class CountingReader extends JsonReader {

  /** Those of a list of 5 000 containers, of which each has eighty. */
  static final int MAX_VALUES = 400_000;

  private int values;

  CountingReader(Reader in) {
    super(in);
  }

  /** Lets as many follow as at the beginning. */
  void countAnew() {
    values = 0;
  }

  @Override
  public void beginArray() throws IOException {
    count();
    super.beginArray();
  }

  @Override
  public void beginObject() throws IOException {
    count();
    super.beginObject();
  }

  @Override
  public String nextString() throws IOException {
    count();
    return super.nextString();
  }

  @Override
  public boolean nextBoolean() throws IOException {
    count();
    return super.nextBoolean();
  }

  @Override
  public void nextNull() throws IOException {
    count();
    super.nextNull();
  }

  private void count() throws IOException {
    if (++values > MAX_VALUES) {
      throw new StrangeAnswer("at most " + MAX_VALUES + " values");
    }
  }
}
