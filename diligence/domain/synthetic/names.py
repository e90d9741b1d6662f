"""Invented names: no street, city, person or lender here stands for a real one."""

FIRST_NAMES = (
    "Adaline", "Alden", "Beatrix", "Bram", "Calla", "Corwin", "Della", "Dorian", "Elowen", "Emeric", "Fenna", "Florian",
    "Greta", "Gideon", "Hollis", "Ione", "Ivo", "Juniper", "Kestrel", "Leopold", "Linnea", "Maren", "Magnus", "Nola",
    "Odette", "Orson", "Petra", "Quill", "Rosalind", "Rufus", "Saskia", "Silas", "Tamsin", "Thaddeus", "Una", "Viggo",
    "Willa", "Xanthe", "Yorick", "Zelda",
)  # fmt: skip
LAST_NAMES = (
    "Abbington", "Ashgrove", "Barrowmere", "Birchall", "Brightwater", "Calderstone", "Copperfield", "Dunmarrow",
    "Eastlake", "Elmsworth", "Fairweather", "Fallowfield", "Goldencrest", "Greenhollow", "Hartsfield", "Hollowell",
    "Inglebrook", "Ivorytower", "Juniperton", "Kettlewell", "Larkspur", "Lindenhall", "Marlowe-Finch", "Meadowcroft",
    "Nettlefold", "Northwind", "Oakhollow", "Orchardson", "Pinecroft", "Quillfeather", "Ravenhurst", "Rosewarden",
    "Silverthorne", "Stonebridge", "Thistlewood", "Underhill", "Vantongeren", "Wintergreen", "Yarrowby", "Zephyrine",
)  # fmt: skip
STREETS = (
    "Alder", "Bluebell", "Briar", "Cedar Hollow", "Clover", "Copper Kettle", "Dogwood", "Driftwood", "Elderberry",
    "Falcon Crest", "Fern", "Foxglove", "Gable", "Goldfinch", "Hawthorn", "Heather", "Indigo", "Ironwood", "Juniper",
    "Kingfisher", "Lantern", "Larkspur", "Maplewood", "Meadowlark", "Mill Race", "Nightingale", "Oak Barrel", "Orchard",
    "Partridge", "Plumb Line", "Quarry", "Quail Run", "Rambling", "Sandpiper", "Sycamore", "Tamarack", "Thimble",
    "Upland", "Violet", "Wagon Wheel", "Willow Bend", "Yarrow",
)  # fmt: skip
STREET_KINDS = ("St", "Ave", "Ln", "Rd", "Dr", "Ct", "Way", "Blvd", "Pl", "Ter")
CITIES = (
    "Ambersford", "Bellhaven", "Brookmere", "Cinderton", "Claymoor", "Deer Hollow", "Dunlin Bay", "East Larkfield",
    "Elmbridge", "Fairmeadow", "Fenwick Falls", "Glenharrow", "Granite Bluff", "Harper Landing", "Hazelmoor",
    "Ivy Crossing", "Juniper Flats", "Kestrel Point", "Lakehollow", "Lower Quarry", "Maplehurst", "Millbrae Junction",
    "New Alderton", "North Plumwood", "Oakmarsh", "Old Tarrow", "Pebble Creek", "Pinegate", "Quillport", "Redwater",
    "Sable Ridge", "Saltmarsh", "Silver Fork", "Stonehollow", "Thornbury Mills", "Upper Finch", "Vale Springs",
    "West Copperton", "Willowmere", "Yarrow Hill",
)  # fmt: skip
PROJECTS = ("Alder Court", "Bayview Terraces", "Copperworks Lofts", "Fern Gate", "Harbor Quarter", "Lantern Square")
