<?php

namespace App\Controller\Admin;

use Symfony\Component\Routing\Attribute\Route;

class HiddenController
{
    #[Route('/hidden/{id}', methods: ['GET'])]
    public function hidden()
    {
    }
}
