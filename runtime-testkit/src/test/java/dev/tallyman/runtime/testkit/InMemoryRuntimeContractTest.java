package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;

/** The in-memory runtime passes the contract, so that tests on top of it are worth something. */
class InMemoryRuntimeContractTest extends ContainerRuntimeContract {

  private final InMemoryFixture fixture = new InMemoryFixture();

  @Override
  protected RuntimeFixture fixture() {
    return fixture;
  }

  @AfterEach
  void nothingForbiddenHappened() {
    assertThat(fixture.engine().audit().foreignTouched()).isZero();
  }
}
