//! The sizes of tasks that Fargate has.

/// A task's CPU units and MiB of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) cpu: u32,
    pub(super) memory: u32,
}

/// CPU units with the memory from, to and step in MiB.
const TABLE: [(u32, u32, u32, u32); 6] = [
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
    (8192, 16_384, 61_440, 4096),
    (16_384, 32_768, 122_880, 8192),
];

/// All sizes, the smallest and the largest CPU having no step.
fn sizes() -> impl Iterator<Item = Size> {
    let stepped = TABLE.into_iter().flat_map(|(cpu, from, to, step)| {
        (0..=(to - from) / step).map(move |steps| Size { cpu, memory: from + steps * step })
    });
    let smallest = [512, 1024, 2048].map(|memory| Size { cpu: 256, memory });
    let largest = [61_440, 122_880, 249_856].map(|memory| Size { cpu: 32_768, memory });
    smallest.into_iter().chain(stepped).chain(largest)
}

/// The size that AWS's texts for CPU (`256`, `.25 vCPU`) and memory (`512`, `0.5 GB`) stand for.
pub(super) fn size(cpu: &str, memory: &str) -> Option<Size> {
    let cpu = quantity(cpu, "vcpu")?;
    let memory = quantity(memory, "gb")?;
    let is = |size: u32, quantity: f64| (f64::from(size) - quantity).abs() < f64::EPSILON;
    sizes().find(|size| is(size.cpu, cpu) && is(size.memory, memory))
}

/// A plain number, or a number of units of 1024.
fn quantity(text: &str, unit: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    match text.strip_suffix(unit) {
        Some(number) => number.trim().parse::<f64>().ok().map(|number| number * 1024.0),
        None => text.parse::<u32>().ok().map(f64::from),
    }
}

#[cfg(test)]
mod tests {
    use super::{Size, size};

    #[test]
    fn texts_stand_for_sizes() {
        assert_eq!(size("256", "512"), Some(Size { cpu: 256, memory: 512 }));
        assert_eq!(size(".25 vCPU", "0.5 GB"), Some(Size { cpu: 256, memory: 512 }));
        assert_eq!(size("16     vCpU", "120gb"), Some(Size { cpu: 16_384, memory: 122_880 }));
        assert_eq!(size("32768", "249856"), Some(Size { cpu: 32_768, memory: 249_856 }));
    }

    #[test]
    fn fargate_has_only_the_rows_of_its_table() {
        for (cpu, memory) in
            [("256", "4096"), ("512", "512"), ("8192", "17408"), ("32768", "65536"), ("300", "512"), ("", "")]
        {
            assert_eq!(size(cpu, memory), None, "{cpu} {memory}");
        }
    }
}
