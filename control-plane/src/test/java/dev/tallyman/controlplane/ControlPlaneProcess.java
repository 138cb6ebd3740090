package dev.tallyman.controlplane;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A control plane as a process of its own, to be killed. */
final class ControlPlaneProcess {

  private ControlPlaneProcess() {}

  /** Runs a control plane in the folder that is named, and says when it is ready. */
  public static void main(String[] args) throws InterruptedException {
    try (ControlPlane _ = ControlPlane.start(ControlPlaneFixture.config(Path.of(args[0])))) {
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }
}
