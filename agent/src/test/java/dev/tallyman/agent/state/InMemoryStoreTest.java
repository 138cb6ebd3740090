package dev.tallyman.agent.state;

class InMemoryStoreTest extends StoreContract {
  private final InMemoryStore store = new InMemoryStore();

  @Override
  Store open() {
    return store;
  }
}
