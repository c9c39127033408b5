package dev.v6cert.ipv6;

/**
 * A network interface of this machine.
 *
 * @param name such as {@code eth0}
 * @param index the number that the operating system gave it, from 1
 * @param up whether it is switched on and has a link; true where the system does not say
 * @param tunnel whether it is a tunnel, a bridge or a container's end of a cable, by its name or by
 *     what the kernel says of it
 */
public record HostInterface(String name, int index, boolean up, boolean tunnel) {}
