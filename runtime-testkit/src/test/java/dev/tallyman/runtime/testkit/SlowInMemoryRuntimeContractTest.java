package dev.tallyman.runtime.testkit;

import java.time.Duration;

/** The in-memory runtime passes the contract at an engine that takes its time, as all others do. */
class SlowInMemoryRuntimeContractTest extends ContainerRuntimeContract {

  private final InMemoryFixture fixture = new InMemoryFixture();

  SlowInMemoryRuntimeContractTest() {
    for (Operation operation : Operation.values()) {
      var _ = fixture.engine().on(operation).delay(Duration.ofMillis(2));
      var _ = fixture.engine().on(operation).afterEffect().delay(Duration.ofMillis(2));
    }
    fixture.engine().delayEvents(Duration.ofMillis(20));
    fixture.engine().events(EventMode.TWICE);
  }

  @Override
  protected RuntimeFixture fixture() {
    return fixture;
  }
}
