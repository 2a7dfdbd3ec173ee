// Offers a drawing as a PNG: the SVG that the server makes, drawn by the browser, which knows how
// Lao is set. Without scripts the SVG itself is there to take.

const TIMES = 2; // so that it is sharp on paper

async function draw(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * TIMES;
  canvas.height = image.naturalHeight * TIMES;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

export function offerPictures() {
  for (const button of document.querySelectorAll("[data-picture]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const link = document.createElement("a");
        link.href = await draw(button.dataset.picture);
        link.download = button.dataset.pictureName;
        link.click();
      } finally {
        button.disabled = false;
      }
    });
  }
}
