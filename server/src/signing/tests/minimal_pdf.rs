//! The smallest PDF with the bones of what the renderer writes: classic table, binary identifier, no final line end.

/// One empty page. `page_extra` and `catalog_extra` stand in those dictionaries as they are.
pub(super) fn with(page_extra: &str, catalog_extra: &str) -> Vec<u8> {
    let objects = [
        "<<\n  /Type /Pages\n  /Count 1\n  /Kids [2 0 R]\n>>".to_owned(),
        format!("<<\n  /Type /Page\n  /MediaBox [0 0 595 842]\n  /Resources <<>>\n  /Parent 1 0 R\n{page_extra}>>"),
        "<<\n  /Producer (a test \\(made\\) by hand)\n>>".to_owned(),
        format!("<<\n  /Type /Catalog\n  /Pages 1 0 R\n  /Lang (en-GB)\n{catalog_extra}>>"),
    ];
    let mut pdf = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n".to_vec();
    let mut table = "0000000000 65535 f\r\n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n\r\n", pdf.len()));
        pdf.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n\n", index + 1).as_bytes());
    }
    let xref_at = pdf.len();
    pdf.extend_from_slice(format!("xref\n0 5\n{table}trailer\n").as_bytes());
    pdf.extend_from_slice(b"<<\n  /Size 5\n  /Root 4 0 R\n  /Info 3 0 R\n  /ID [(a\\)\x01\xff) (b)]\n>>\n");
    pdf.extend_from_slice(format!("startxref\n{xref_at}\n%%EOF").as_bytes());
    pdf
}

pub(super) fn plain() -> Vec<u8> {
    with("", "")
}
